//! Findings that are about no field of a form.

use std::borrow::Cow;

use mesh::{At, Finding, Level, ResourceKey};

/// Finds something about all of it.
pub(crate) fn whole(
    level: Level,
    code: &'static str,
    says: impl Into<String>,
    todo: impl Into<String>,
) -> Finding {
    Finding {
        level,
        code: Cow::Borrowed(code),
        at: At::Whole,
        says: says.into(),
        todo: todo.into(),
        sites: Vec::new(),
    }
}

/// An object as a whole.
pub(crate) fn object(key: &ResourceKey) -> At {
    At::Object {
        key: key.clone(),
        path: String::new(),
    }
}
