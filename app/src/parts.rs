//! What several pages share.

pub(crate) mod field;
pub(crate) mod frame;
pub(crate) mod icon;
pub(crate) mod submit;
pub(crate) mod theme;
pub(crate) mod time;
pub(crate) mod trouble;
