//! The data a run is made from.
//!
//! A scenario is one JSON document. [`Scenario::from_json`] is the only way
//! in, and refuses what is not allowed with the path of the field; what is
//! allowed is one table, [`fields::all`], from which the checks, the JSON Schema, the
//! page's knobs and the share links' checks all follow.
//!
//! | file | idea |
//! |---|---|
//! | [`section`] | how a part of a scenario is declared |
//! | [`system`] | clients, keys, processes, network, cache, database |
//! | [`http`] | what requests are over HTTP |
//! | [`edge`] | caches near the clients |
//! | [`script`] | a protector that somebody wrote |
//! | [`shop`] | pages of several keys, sessions, stock |
//! | [`writes`] | updates, and what becomes of copies |
//! | [`replicas`] | copies of the database to read from |
//! | [`defences`] | the defences' switches and knobs |
//! | [`action`] | what happens to a system while it runs |
//! | [`fields`] | every field, and what it may hold |
//! | [`rules`] | which settings go together |
//! | [`problem`] | what is wrong, where, and what is allowed |
//! | [`json`] | JSON texts, read strictly
//! | [`parse`] | from JSON, with the path of every mistake |
//! | [`presets`] | the scenarios that come with the project |
//! | [`change`] | `path=value` changes to a scenario |
//! | [`link`] | share links |
//! | [`schema`] | the published JSON Schema |
//! | [`first`] | the page's first figure, made without reading |
//! | `further` | what the first figure does without |
//!
//! A crate of its own because it is compiled for size, and the simulation for
//! speed; `stampede_sim::scenario` is the same thing.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod action;
mod apart;
pub mod autoscale;
pub mod change;
pub mod defences;
pub mod edge;
pub mod fields;
pub mod first;
pub mod flaws;
mod further;
pub mod http;
pub mod json;
pub mod knobs;
pub mod link;
pub mod load;
pub mod parse;
pub mod presets;
pub mod problem;
pub mod replicas;
pub mod rules;
#[cfg(feature = "schema")]
pub mod schema;
pub mod script;
pub mod section;
pub mod shop;
pub mod system;
pub mod writes;

pub use action::{Action, Deed};
pub use autoscale::{AutoscaleSpec, ScaleBy};
pub use defences::*;
pub use edge::{EdgeSpec, Merge};
pub use flaws::Flaw;
#[cfg(feature = "apart")]
pub use further::give;
pub use http::{CacheControl, HttpSpec};
pub use knobs::*;
pub use load::{Load, Pacing, Stage};
pub use problem::{Expected, Fault, Problem};
pub use replicas::ReplicasSpec;
pub use script::ScriptSpec;
pub use shop::{Invalidate, Prolong, ShopSpec, Stock};
pub use system::*;
pub use writes::{Method, WritesSpec};

use defences::with_defences;
use fields::Kind;
use section::{Fields, Section};

/// Declares the scenario from its sections, and the defences' knobs.
macro_rules! scenario {
    ({ $( $(#[doc = $doc:literal])+ $field:ident: $type:ty, )+ } $(
        $(#[doc = $_doc:literal])+
        $_kind:ident $key:ident $_switch:ident {
            names: $en:literal, $_ja:literal;
            $( label: $_label_en:literal, $_label_ja:literal; )?
            about: $_about_en:literal, $_about_ja:literal;
            $( knobs: $spec:ident; )?
            $( needs: $( $_part:ident.$_flag:ident ),+; )?
            $( excludes: $( $_other:ident ),+; )?
            $( file: $_file:literal; )?
        }
    )+) => {
        sections! {
            $( $(#[doc = $doc])+ $field: $type, )+
            $($( #[doc = concat!("Knobs of: ", $en, ".")] $key: $spec, )?)+
        }
    };
}

macro_rules! sections {
    ($( $(#[doc = $doc:expr])+ $field:ident: $type:ty, )+) => {
        /// A system, its load and its defences.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Scenario {
            /// A short name, as used on the command line and in links.
            pub name: String,
            /// What it shows, in a sentence.
            pub about: Text,
            /// Who sends requests, and when.
            pub load: Load,
            $( $(#[doc = $doc])+ pub $field: $type, )+
            /// What happens to the system while it runs.
            pub events: Vec<Action>,
        }

        /// The rows of the table that the sections have.
        const SECTIONS: &[&[(&str, Kind)]] = &[$( <$type>::FIELDS, )+];

        /// What the sections' fields mean.
        #[cfg(feature = "schema")]
        const DOCS: &[&[(&str, &str)]] = &[$( <$type>::DOCS, )+];

        impl Scenario {
            /// A system with every default, under a load.
            pub fn new(name: &str, load: Load) -> Scenario {
                Scenario {
                    name: name.to_owned(),
                    about: Text::default(),
                    load,
                    $( $field: Default::default(), )+
                    events: Vec::new(),
                }
            }

            fn sections(&mut self) -> Vec<(&'static str, &mut dyn Section)> {
                vec![$( (stringify!($field), &mut self.$field), )+]
            }
        }
    };
}

with_defences!(scenario {
    /// The preset beside which this one is shown.
    pair: PairSpec,
    /// What the requests ask for.
    keys: KeysSpec,
    /// The clients' patience.
    client: ClientSpec,
    /// What requests are over HTTP.
    http: HttpSpec,
    /// Caches near the clients.
    edge: EdgeSpec,
    /// The server processes.
    fleet: FleetSpec,
    /// The CPU of each process.
    cpu: CpuSpec,
    /// How many processes there are.
    autoscale: AutoscaleSpec,
    /// How long messages take.
    network: NetworkSpec,
    /// The cache that all processes share.
    cache: CacheSpec,
    /// The database that all processes share, and their pools of connections.
    db: DbSpec,
    /// Copies of the database to read from.
    replicas: ReplicasSpec,
    /// Who updates what is read.
    writes: WritesSpec,
    /// What is asked for and sold, if it is a shop.
    shop: ShopSpec,
    /// A protector that somebody wrote.
    script: ScriptSpec,
    /// Which defences are on.
    protect: ProtectSpec,
});

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: String,
    /// Japanese.
    pub ja: String,
}
