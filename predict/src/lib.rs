//! Learning to predict which posts go viral, and judging predictions of load:
//! computation alone, the same to the bit natively and in Wasm.
//!
//! | file | idea |
//! |---|---|
//! | [`history`] | how a post spreads: a self-exciting process |
//! | [`features`] | what is known of it after five minutes |
//! | [`sample`] | many histories, with what became of each |
//! | [`logistic`] | what is learned from them |
//! | [`thresholds`] | three fixed thresholds, for comparison |
//! | [`roc`] | how well scores tell one kind from the other |
//! | [`judged`] | right and wrong alarms, and how early they come |
//! | [`lesson`] | all of that together |
//! | [`forecast`] | the next values of a series, and alarms by them |

pub mod features;
pub mod forecast;
pub mod history;
pub mod judged;
pub mod lesson;
pub mod logistic;
pub mod roc;
pub mod sample;
pub mod thresholds;
