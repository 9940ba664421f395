//! Who owns which fields of an object, as `metadata.managedFields` tells it.

mod contest;
mod merge;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    fields::{Fields, Path},
    kinds::Kind,
};

pub(crate) use contest::contested;
use merge::{merge, remove};

/// Who owns what was there before anybody was noted.
const BEFORE_FIRST_APPLY: &str = "before-first-apply";

/// The two ways to write; one name that writes in both ways is two owners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Operation {
    Apply,
    Update,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Owner {
    operation: Operation,
    manager: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Share {
    /// When the owner last changed something.
    time: String,
    fields: Fields,
}

/// The owners of an object's fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Managers(BTreeMap<Owner, Share>);

/// What to do about fields that somebody else owns with another value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnConflict {
    Refuse,
    TakeOver,
}

/// A field that somebody else owns with another value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Conflict {
    owner: Owner,
    path: Path,
}

impl Managers {
    /// Reads who owns what of an object.
    pub(crate) fn of(object: &Value) -> Self {
        let entries = object["metadata"]["managedFields"].as_array();
        Self(entries.into_iter().flatten().filter_map(entry).collect())
    }

    /// Writes `managedFields`; null if nobody owns anything.
    pub(crate) fn written(&self, kind: &Kind) -> Value {
        if self.0.is_empty() {
            return Value::Null;
        }
        let mut shares: Vec<(&Owner, &Share)> = self.0.iter().collect();
        shares.sort_by_key(|(owner, share)| (owner.operation, &share.time, &owner.manager));
        let entries = shares.into_iter().map(|(owner, share)| {
            json!({
                "manager": owner.manager,
                "operation": owner.operation.name(),
                "apiVersion": kind.api_version(),
                "time": share.time,
                "fieldsType": "FieldsV1",
                "fieldsV1": share.fields.written(),
            })
        });
        entries.collect()
    }

    /// Notes that somebody made one content of another: what changed is theirs now.
    pub(crate) fn update(&mut self, before: &Value, after: &Value, by: &str, now: &str) {
        let changed = Fields::changed(before, after);
        if changed.is_empty() {
            return;
        }
        let owner = Owner {
            operation: Operation::Update,
            manager: by.to_owned(),
        };
        let mut own = self.fields_of(&owner).without(&changed);
        own.add(&changed.both(&Fields::of(after)));
        self.take(&changed);
        self.set(owner, own, now);
    }

    /// Merges what somebody wants into what is there, and returns what comes of it.
    ///
    /// What they wanted before and no longer want goes, unless somebody else owns it too.
    pub(crate) fn apply(
        &mut self,
        live: &Value,
        wanted: &Value,
        by: &str,
        on_conflict: OnConflict,
        now: &str,
    ) -> Result<Value, Vec<Conflict>> {
        if self.0.is_empty() {
            self.update(&json!({}), live, BEFORE_FIRST_APPLY, now);
        }
        let owner = Owner {
            operation: Operation::Apply,
            manager: by.to_owned(),
        };
        let mut merged = live.clone();
        merge(&mut merged, wanted);
        let changed = Fields::changed(live, &merged);
        let conflicts = self.conflicts(&owner, &changed);
        if on_conflict == OnConflict::Refuse && !conflicts.is_empty() {
            return Err(conflicts);
        }

        let before = self.0.remove(&owner);
        let own = Fields::of(wanted);
        let dropped = before.as_ref().map(|share| share.fields.without(&own));
        self.take(&changed);
        let mut kept = own.clone();
        for share in self.0.values() {
            kept.add(&share.fields);
        }
        for path in dropped.unwrap_or_default().iter() {
            remove(&mut merged, path, &kept);
        }
        let time = match before {
            Some(share) if share.fields == own && *live == merged => share.time,
            _ => now.to_owned(),
        };
        self.set(owner, own, &time);
        Ok(merged)
    }

    fn conflicts(&self, owner: &Owner, changed: &Fields) -> Vec<Conflict> {
        let others = self.0.iter().filter(|(other, _)| *other != owner);
        let lost = others.flat_map(|(owner, share)| {
            let lost = share.fields.both(changed);
            let lost: Vec<Path> = lost.iter().cloned().collect();
            lost.into_iter().map(|path| Conflict {
                owner: owner.clone(),
                path,
            })
        });
        lost.collect()
    }

    /// Takes fields away from everybody.
    fn take(&mut self, fields: &Fields) {
        for share in self.0.values_mut() {
            share.fields = share.fields.without(fields);
        }
        self.0.retain(|_, share| !share.fields.is_empty());
    }

    fn set(&mut self, owner: Owner, fields: Fields, time: &str) {
        if fields.is_empty() {
            self.0.remove(&owner);
            return;
        }
        let time = time.to_owned();
        self.0.insert(owner, Share { time, fields });
    }

    fn fields_of(&self, owner: &Owner) -> Fields {
        let share = self.0.get(owner);
        share.map(|share| share.fields.clone()).unwrap_or_default()
    }
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Apply => "Apply",
            Self::Update => "Update",
        }
    }
}

/// Reads one entry; one about a part that is not written through here is nobody's.
fn entry(entry: &Value) -> Option<(Owner, Share)> {
    let operation = match entry["operation"].as_str()? {
        "Apply" => Operation::Apply,
        "Update" if entry["subresource"].is_null() => Operation::Update,
        _ => return None,
    };
    let owner = Owner {
        operation,
        manager: entry["manager"].as_str()?.to_owned(),
    };
    let share = Share {
        time: entry["time"].as_str().unwrap_or_default().to_owned(),
        fields: Fields::read(&entry["fieldsV1"]),
    };
    Some((owner, share))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::dotted;

    const NOON: &str = "2026-03-02T12:00:00Z";
    const ONE: &str = "2026-03-02T13:00:00Z";

    fn owned(managers: &Managers) -> Vec<String> {
        let shares = managers.0.iter().map(|(owner, share)| {
            let fields: Vec<String> = share.fields.iter().map(|path| dotted(path)).collect();
            let Owner { operation, manager } = owner;
            format!("{} {manager} {}", operation.name(), fields.join(" "))
        });
        shares.collect()
    }

    fn apply(managers: &mut Managers, live: &Value, wanted: &Value, by: &str) -> Value {
        let applied = managers.apply(live, wanted, by, OnConflict::Refuse, NOON);
        applied.unwrap()
    }

    #[test]
    fn who_leaves_out_what_was_theirs_removes_it_with_the_maps_around_it() {
        let mut managers = Managers::default();
        let first = json!({ "spec": { "a": { "b": 1 }, "c": 1 } });
        let live = apply(&mut managers, &json!({}), &first, "x");
        let live = apply(&mut managers, &live, &json!({ "spec": { "c": 1 } }), "x");
        assert_eq!(live, json!({ "spec": { "c": 1 } }));
        assert_eq!(owned(&managers), ["Apply x .spec.c"]);
        let live = apply(&mut managers, &live, &json!({}), "x");
        assert_eq!((live, managers), (json!({}), Managers::default()));
    }

    #[test]
    fn what_two_want_stays_until_both_leave_it_out() {
        let mut managers = Managers::default();
        let wanted = json!({ "spec": { "a": 1 } });
        let live = apply(&mut managers, &json!({}), &wanted, "x");
        let live = apply(&mut managers, &live, &wanted, "y");
        let live = apply(&mut managers, &live, &json!({}), "x");
        assert_eq!(live, wanted);
        assert_eq!(owned(&managers), ["Apply y .spec.a"]);
        assert_eq!(apply(&mut managers, &live, &json!({}), "y"), json!({}));
    }

    #[test]
    fn a_map_somebody_else_fills_stays() {
        let mut managers = Managers::default();
        let live = apply(&mut managers, &json!({}), &json!({ "a": {} }), "x");
        let live = apply(&mut managers, &live, &json!({ "a": { "b": 1 } }), "y");
        let live = apply(&mut managers, &live, &json!({}), "x");
        assert_eq!(live, json!({ "a": { "b": 1 } }));
        assert_eq!(owned(&managers), ["Apply y .a.b"]);
    }

    #[test]
    fn what_was_there_before_anybody_was_noted_has_an_owner() {
        let live = json!({ "spec": { "a": 1 } });
        let mut managers = Managers::default();
        let wanted = json!({ "spec": { "a": 2 } });
        let conflicts = managers
            .apply(&live, &wanted, "x", OnConflict::Refuse, NOON)
            .unwrap_err();
        let owner = Owner {
            operation: Operation::Update,
            manager: BEFORE_FIRST_APPLY.to_owned(),
        };
        let path = vec!["spec".to_owned(), "a".to_owned()];
        assert_eq!(conflicts, [Conflict { owner, path }]);
    }

    #[test]
    fn an_update_owns_what_it_changed_and_nothing_else() {
        let mut managers = Managers::default();
        let before = json!({ "a": 1, "b": 1, "c": 1 });
        apply(&mut managers, &json!({}), &before, "x");
        managers.update(&before, &json!({ "a": 1, "b": 2, "d": {} }), "y", ONE);
        assert_eq!(owned(&managers), ["Apply x .a", "Update y .b .d"]);
    }

    #[test]
    fn a_time_moves_only_with_what_it_dates() {
        let mut managers = Managers::default();
        let wanted = json!({ "a": 1 });
        let live = apply(&mut managers, &json!({}), &wanted, "x");
        let then = managers.clone();
        let again = managers.apply(&live, &wanted, "x", OnConflict::Refuse, ONE);
        assert_eq!((again, &managers), (Ok(live.clone()), &then));
        let other = json!({ "a": 2 });
        managers
            .apply(&live, &other, "x", OnConflict::Refuse, ONE)
            .unwrap();
        let kind = Kind::named("ConfigMap").unwrap();
        let written = json!([{
            "manager": "x", "operation": "Apply", "apiVersion": "v1", "time": ONE,
            "fieldsType": "FieldsV1", "fieldsV1": { "f:a": {} },
        }]);
        assert_eq!(managers.written(kind), written);
        let object = json!({ "metadata": { "managedFields": written } });
        assert_eq!(Managers::of(&object), managers);
    }
}
