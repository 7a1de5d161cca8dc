//! All entries in one table, for browsers without scripts and for paper.

use super::model::Site;
use super::page::Page;
use super::table;
use crate::report::finding::Finding;
use maud::html;

/// The page.
pub fn page(site: &Site, by_entry: &[Vec<Finding<'_>>]) -> String {
    let page = Page {
        title: "All entries",
        up: "",
        has_script: false,
    };
    let main = html! {
        h1 { "All entries" }
        div.scroll tabindex="0" role="region" aria-label="All entries" {
            table.entries {
                thead { tr { @for (heading, class) in table::HEADINGS { th class=(class) scope="col" { (heading) } } } }
                tbody {
                    @for (entry, findings) in site.entries.iter().zip(by_entry) {
                        (table::markup(entry, findings))
                    }
                }
            }
        }
    };
    page.render(site, &main)
}
