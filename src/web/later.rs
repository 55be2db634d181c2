//! What is fetched after the first figure.
//!
//! An optimised build is cut into parts (`xtask/src/program.rs`). A later part is
//! what only functions written with [`later!`] under its name call, and nothing
//! else. Such a function is the only way in, and whoever calls it waits until it
//! is there. Whatever the first part could call lies in the first part. What more
//! than one later part calls lies in `lab`, which comes before the others, if that is
//! one of them, and otherwise mostly in a file of its own (`xtask/src/pieces.rs`). To
//! cut off another is to use another name. A build that is not cut (without the
//! feature `split`) has nothing to fetch.

use std::fmt;

use super::window;

/// The identifier of its style sheet.
const STYLES: &str = "lab-styles";

/// A later part is not to be had. Whoever asks next tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotFetched;

impl fmt::Display for NotFetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a part of the page could not be fetched")
    }
}

#[cfg(feature = "split")]
impl From<wasm_split_helpers::SplitLoaderError> for NotFetched {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> NotFetched {
        NotFetched
    }
}

/// A way into a later part: the function is there with all that only it uses,
/// and is fetched when it is called.
macro_rules! later {
    ($part:ident: $(#[$about:meta])* $vis:vis async fn $name:ident($($given:ident: $type:ty),*) -> $result:ty { $body:expr }) => {
        $(#[$about])*
        $vis async fn $name($($given: $type),*) -> Result<$result, $crate::web::later::NotFetched> {
            #[cfg_attr(feature = "split", wasm_split_helpers::wasm_split($part, fallible))]
            fn $name($($given: $type),*) -> Result<$result, $crate::web::later::NotFetched> {
                Ok($body)
            }
            let there = $name($($given),*);
            #[cfg(feature = "split")]
            let there = there.await;
            there
        }
    };
}
pub(crate) use later;

/// The style sheet of what later parts draw; it is asked for first, and is
/// here long before the rest.
pub fn dress() {
    let Some(document) = window().document() else { return };
    if document.get_element_by_id(STYLES).is_none()
        && let (Some(head), Ok(link)) = (document.head(), document.create_element("link"))
    {
        for (name, value) in [("id", STYLES), ("rel", "stylesheet"), ("href", "lab/lab.css")] {
            // Fails for invalid names only.
            let _ = link.set_attribute(name, value);
        }
        // Fails only where nothing may be added.
        let _ = head.append_child(&link);
    }
}
