//! Drafts, as rows of a table.

use intent::DraftRow;
use leptos::prelude::*;

use super::{person::Person, plain::Plain, time::Moment};

/// The forms being written, if there are any.
#[component]
pub(crate) fn Drafts(cloud: String, #[prop(into)] drafts: Signal<Vec<DraftRow>>) -> impl IntoView {
    let is_empty = Memo::new(move |_| drafts.with(Vec::is_empty));
    move || {
        let cloud = cloud.clone();
        (!is_empty.get()).then(|| {
            view! {
                <section class="section" aria-labelledby="drafts">
                    <header><h2 id="drafts">"Drafts"</h2></header>
                    <table class="table stacks rows-open">
                        <thead>
                            <tr>
                                <th scope="col">"Name"</th>
                                <th scope="col">"Kind"</th>
                                <th scope="col">"Begun by"</th>
                                <th scope="col">"Saved by"</th>
                                <th scope="col" class="number">"Saved"</th>
                            </tr>
                        </thead>
                        <tbody>
                            {move || drafts.get().into_iter().map(|row| view! {
                                <DraftLine row cloud=cloud.clone()/>
                            }).collect_view()}
                        </tbody>
                    </table>
                </section>
            }
        })
    }
}

#[component]
fn DraftLine(row: DraftRow, cloud: String) -> impl IntoView {
    let href = format!("/c/{cloud}/drafts/{}", row.id);
    let name = match row.name.as_str() {
        "" => view! { <a href=href>"unnamed"</a> }.into_any(),
        name => {
            let text = name.to_owned();
            view! { <a href=href><Plain text/></a> }.into_any()
        }
    };
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td data-label="Kind" class="quiet">{row.kind}</td>
            <td data-label="Begun by"><Person name=row.by.to_string()/></td>
            <td data-label="Saved by"><Person name=row.saved_by.to_string()/></td>
            <td data-label="Saved" class="number quiet"><Moment at=row.saved/></td>
        </tr>
    }
}
