//! Writing drafts.

#[cfg(feature = "ssr")]
use intent::Edit;
use intent::{CloudName, DraftId, DraftPage, Form, Saved};
use leptos::prelude::*;

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::session::{actor, engine, go, refuse};

/// Begins a draft of a kind; answers with its page.
#[server(endpoint = "begin_draft")]
pub async fn begin_draft(cloud: CloudName, kind: String) -> Result<String, AppError> {
    let draft = engine().begin_draft(&actor()?, &cloud, &kind).await?;
    go(page(&cloud, draft))
}

/// Opens the draft of an intent, or begins one; answers with its page.
#[server(endpoint = "edit_intent")]
pub async fn edit_intent(cloud: CloudName, name: String) -> Result<String, AppError> {
    let draft = engine().edit_intent(&actor()?, &cloud, &name).await?;
    go(page(&cloud, draft))
}

/// A draft, with what can be chosen and what it would do.
#[server(endpoint = "draft")]
pub async fn draft(cloud: CloudName, draft: DraftId) -> Result<DraftPage, AppError> {
    Ok(engine().draft(&actor()?, &cloud, draft).await?)
}

/// Saves what was typed over the version that was seen. `edit` adds, moves or removes a row before: that is
/// how rows are kept without script.
#[server(endpoint = "save_draft")]
pub async fn save_draft(
    cloud: CloudName,
    draft: DraftId,
    version: i64,
    name: String,
    #[server(default)] form: Form,
    #[server(default)] edit: Option<String>,
) -> Result<Saved, AppError> {
    let form = edited(form, edit)?;
    let saved = engine()
        .save_draft(&actor()?, &cloud, draft, version, &name, form)
        .await?;
    go(page(&cloud, draft)).map(|_| saved)
}

/// Discards a draft; answers with the page where that can be undone.
#[server(endpoint = "discard_draft")]
pub async fn discard_draft(cloud: CloudName, draft: DraftId) -> Result<String, AppError> {
    engine().discard_draft(&actor()?, &cloud, draft).await?;
    go(format!("/c/{cloud}/intents?discarded={draft}"))
}

/// Restores a draft that was discarded; answers with its page.
#[server(endpoint = "restore_draft")]
pub async fn restore_draft(cloud: CloudName, draft: DraftId) -> Result<String, AppError> {
    engine().restore_draft(&actor()?, &cloud, draft).await?;
    go(page(&cloud, draft))
}

/// Submits what was typed for review; answers with the page of the revision.
#[server(endpoint = "submit_draft")]
pub async fn submit_draft(
    cloud: CloudName,
    draft: DraftId,
    version: i64,
    name: String,
    #[server(default)] form: Form,
) -> Result<String, AppError> {
    let number = engine()
        .submit_draft(&actor()?, &cloud, draft, version, &name, form)
        .await?;
    go(format!("/c/{cloud}/revisions/{number}"))
}

/// The page of a draft.
#[cfg(feature = "ssr")]
fn page(cloud: &CloudName, draft: DraftId) -> String {
    format!("/c/{cloud}/drafts/{draft}")
}

/// Adds, moves or removes a row, if that is asked for.
#[cfg(feature = "ssr")]
fn edited(mut form: Form, edit: Option<String>) -> Result<Form, AppError> {
    if let Some(edit) = edit.filter(|edit| !edit.is_empty()) {
        let edit: Edit = edit
            .parse()
            .map_err(|_| refuse(AppError::Malformed("no such edit of rows".into())))?;
        form.apply(&edit);
    }
    Ok(form)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_button_of_a_row_changes_the_form_before_it_is_saved() {
        let mut two = Form::default();
        two.set("rules.0.methods", "GET");
        two.set("rules.1.methods", "POST");
        let mut one = Form::default();
        one.set("rules.0.methods", "POST");
        assert_eq!(edited(two.clone(), Some("remove:rules:0".into())), Ok(one));
        assert_eq!(edited(two.clone(), None), Ok(two.clone()));
        assert_eq!(edited(two.clone(), Some(String::new())), Ok(two.clone()));
        let nonsense = edited(two, Some("shuffle".into()));
        assert!(matches!(nonsense, Err(AppError::Malformed(_))));
    }
}
