//! A page whose content comes from the server.

use intent::CloudName;
use leptos::prelude::*;

use super::trouble::Trouble;
use crate::{AppError, pages::not_found::NotFound};

/// Shows a page once its content is there; what is not there, or not for whoever asks, is a page that
/// says so.
pub(crate) fn loaded<T>(
    resource: Resource<Result<T, AppError>>,
    page: impl Fn(T) -> AnyView + Copy + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    let show = move || {
        Suspend::new(async move {
            match resource.await {
                Ok(content) => page(content),
                Err(AppError::NotFound) => view! { <NotFound/> }.into_any(),
                Err(error) => view! { <Trouble error=Some(error)/> }.into_any(),
            }
        })
    };
    view! { <Transition fallback=Skeleton>{show}</Transition> }
}

/// The shape of what comes.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div aria-busy="true">
            <span class="skeleton"></span>
            <span class="skeleton"></span>
            <span class="skeleton"></span>
        </div>
    }
}

/// Reads the number that an address names. What is no number is not there.
pub(crate) fn numbered(text: Option<String>) -> Result<i64, AppError> {
    let number = text.and_then(|text| text.parse().ok());
    #[cfg(feature = "ssr")]
    if number.is_none() {
        crate::session::set_status(&AppError::NotFound);
    }
    number.ok_or(AppError::NotFound)
}

/// Reads the cloud that an address names. One that can have no name is not there.
pub(crate) fn cloud_named(name: Option<String>) -> Result<CloudName, AppError> {
    let cloud = name.and_then(|name| CloudName::read(&name).ok());
    #[cfg(feature = "ssr")]
    if cloud.is_none() {
        crate::session::set_status(&AppError::NotFound);
    }
    cloud.ok_or(AppError::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_not_there() {
        assert_eq!(numbered(Some("2".into())), Ok(2));
        assert_eq!(numbered(Some("x".into())), Err(AppError::NotFound));
        assert_eq!(numbered(None), Err(AppError::NotFound));
    }
}
