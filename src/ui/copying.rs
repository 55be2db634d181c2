//! Copies something, and says whether that worked.

use std::pin::pin;

use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;

use crate::state::{Change, Dispatch, Notice};
use crate::web;

/// How long the browser may take to copy, in milliseconds.
const PATIENCE_MS: u32 = 3_000;
/// How long it is said that something was copied, in milliseconds.
const READING_MS: u32 = 8_000;

/// Copies text; whether that worked. Some browsers ask first, and some never answer.
pub async fn put(text: &str) -> bool {
    let copying = pin!(web::copy(text));
    let copied = select(copying, TimeoutFuture::new(PATIENCE_MS)).await;
    matches!(copied, Either::Left((true, _)))
}

/// Copies a link, and says so for a while.
pub fn copy(text: String, dispatch: Dispatch) {
    wasm_bindgen_futures::spawn_local(async move {
        let notice = if put(&text).await { Notice::Copied } else { Notice::NotCopied };
        dispatch.dispatch(Change::Notice(Some(notice)));
        TimeoutFuture::new(READING_MS).await;
        dispatch.dispatch(Change::Fade);
    });
}
