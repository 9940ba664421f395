//! What is wrong with one field, as a `Status` lists it.

use serde_json::{Value, json};

/// One fault of a body or of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    reason: &'static str,
    field: String,
    message: String,
}

impl Cause {
    /// A field that has to be there is not.
    pub(crate) fn required(field: &str, why: &str) -> Self {
        Self::new(
            "FieldValueRequired",
            field,
            format!("Required value: {why}"),
        )
    }

    /// A field says something it must not say.
    pub(crate) fn invalid(field: &str, value: &str, why: &str) -> Self {
        let message = format!("Invalid value: {value:?}: {why}");
        Self::new("FieldValueInvalid", field, message)
    }

    /// A number is none that a field can hold.
    pub(crate) fn invalid_number(field: &str, value: u64, why: &str) -> Self {
        let message = format!("Invalid value: {value}: {why}");
        Self::new("FieldValueInvalid", field, message)
    }

    /// A field breaks a rule of its kind, which does not repeat what it says.
    pub(crate) fn broken(field: &str, rule: &str) -> Self {
        let message = format!("Invalid value: {rule}");
        Self::new("FieldValueInvalid", field, message)
    }

    /// A field has to be there, says its schema.
    pub(crate) fn missing(field: &str) -> Self {
        Self::new("FieldValueRequired", field, "Required value".to_owned())
    }

    /// The rules of a kind were not looked at, since its fields are wrong already.
    pub(crate) fn unchecked() -> Self {
        let message = "Invalid value: null: some validation rules were not checked because the object was invalid; \
                       correct the existing errors to complete validation";
        Self::new("FieldValueInvalid", "<nil>", message.to_owned())
    }

    /// A field is of another type than its schema says.
    pub(crate) fn mistyped(field: &str, wanted: &str, found: &str) -> Self {
        let message = format!(
            "Invalid value: {found:?}: {field} in body must be of type {wanted}: {found:?}"
        );
        Self::new("FieldValueTypeInvalid", field, message)
    }

    /// A field says a word that is not one of a few.
    pub(crate) fn unsupported(field: &str, value: &str, supported: &[&str]) -> Self {
        let supported: Vec<String> = supported.iter().map(|word| format!("{word:?}")).collect();
        let supported = supported.join(", ");
        let message = format!("Unsupported value: {value:?}: supported values: {supported}");
        Self::new("FieldValueNotSupported", field, message)
    }

    /// A field is there that must not be.
    pub(crate) fn forbidden(field: &str, why: &str) -> Self {
        Self::new("FieldValueForbidden", field, format!("Forbidden: {why}"))
    }

    /// A text is too long.
    pub(crate) fn too_long(field: &str, limit: usize) -> Self {
        let message = format!("Too long: may not be more than {limit} bytes");
        Self::new("FieldValueTooLong", field, message)
    }

    /// A field belongs to another manager.
    pub(crate) fn contested(field: &str, message: String) -> Self {
        Self::new("FieldManagerConflict", field, message)
    }

    /// The cause as `details.causes` holds it.
    pub(crate) fn told(&self) -> Value {
        json!({ "reason": self.reason, "message": self.message, "field": self.field })
    }

    fn new(reason: &'static str, field: &str, message: String) -> Self {
        Self {
            reason,
            field: field.to_owned(),
            message,
        }
    }
}

/// Several causes in one sentence.
pub(crate) fn sentence(causes: &[Cause]) -> String {
    let each = causes.iter().map(|c| format!("{}: {}", c.field, c.message));
    let each: Vec<String> = each.collect();
    match each.as_slice() {
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    }
}
