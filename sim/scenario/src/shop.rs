//! A shop: pages of several keys, sessions, lists to invalidate, stock to sell.

use super::fields::{DAY, Kind, real, whole};
use super::section::{section, words};

section! {
    /// A shop. A request is for a page, which is made of several keys of five classes,
    /// each with a TTL and a size of its own.
    pub struct ShopSpec in "shop" {
        /// How many products there are, each with a page of its details. 0: no shop,
        /// and a request is for a key.
        products: u32 = 0, whole(0.0, 10_000.0);
        /// How many pages the list of products has.
        lists: u32 = 10, whole(1.0, 1_000.0);
        /// How many categories there are.
        categories: u32 = 5, whole(1.0, 1_000.0);
        /// How many visitors there are, each with a profile and, once logged in, a
        /// session.
        visitors: u32 = 100, whole(1.0, 10_000.0);
        /// The share of the pages that are one of the list.
        list: f64 = 0.4, real(0.0, 1.0);
        /// The share that log in.
        login: f64 = 0.1, real(0.0, 1.0);
        /// The share that buy. What is left looks at a product's details.
        buy: f64 = 0.05, real(0.0, 1.0);
        /// Whether a page asks for its keys all at once, and not one after the other.
        at_once: bool = false, Kind::Flag;
        /// The TTL of a page of the list, in whole milliseconds, as all of them.
        list_ms: f64 = 300_000.0, whole(1.0, DAY);
        /// The TTL of a product's details.
        detail_ms: f64 = 3_600_000.0, whole(1.0, DAY);
        /// The TTL of a category.
        category_ms: f64 = DAY, whole(1.0, DAY);
        /// The TTL of a visitor's profile.
        profile_ms: f64 = 600_000.0, whole(1.0, DAY);
        /// For how long a session lives after it was last used.
        session_ms: f64 = 3_600_000.0, whole(1.0, DAY);
        /// The size of a page of the list, in KB, as all of them.
        list_kb: f64 = 20.0, real(0.0, 1_000.0);
        /// The size of a product's details.
        detail_kb: f64 = 4.0, real(0.0, 1_000.0);
        /// The size of a category.
        category_kb: f64 = 2.0, real(0.0, 1_000.0);
        /// The size of a profile.
        profile_kb: f64 = 1.0, real(0.0, 1_000.0);
        /// The size of a session.
        session_kb: f64 = 0.5, real(0.0, 1_000.0);
        /// How a session is read and its life prolonged.
        session: Prolong = Prolong::Getex, Prolong::KIND;
        /// When a session ends after it began, however often it is used. 0: never.
        absolute_ms: f64 = 0.0, whole(0.0, DAY);
        /// What becomes of the pages of the list when a product is updated.
        invalidate: Invalidate = Invalidate::Tags, Invalidate::KIND;
        /// How many keys a call of SCAN looks at (COUNT).
        count: u32 = 100, whole(1.0, 10_000.0);
        /// The share of the pages of the list that are empty.
        empty: f64 = 0.0, real(0.0, 1.0);
        /// How many of each product there are to sell.
        in_stock: u32 = 1_000_000, whole(0.0, 1_000_000.0);
        /// Who decides whether one is left.
        stock: Stock = Stock::Database, Stock::KIND;
        /// How many messages may wait for a subscriber before it is dropped (Redis:
        /// `client-output-buffer-limit`, in messages). 0: any number.
        buffer: u32 = 0, whole(0.0, 1_000_000.0);
        /// How long a process takes for a message about the stock.
        message_ms: f64 = 0.0, real(0.0, 60_000.0);
    }
}

words! {
    /// How a session is read, so that it lives on.
    pub enum Prolong {
        /// GETEX: both at once.
        Getex = "getex",
        /// GET, then EXPIRE.
        GetExpire = "get-expire",
        /// GET alone: it ends when it ends.
        Get = "get",
    }
}

words! {
    /// How pages of the list go when what they show is updated.
    pub enum Invalidate {
        /// Each product has a set of the keys that show it; those are deleted.
        Tags = "tags",
        /// SCAN for all pages of the list, and DEL.
        Scan = "scan",
        /// All have a version in their names, which is counted up.
        Namespace = "namespace",
        /// Not at all: they stay until they expire.
        None = "none",
    }
}

words! {
    /// Who knows how many of a product are left.
    pub enum Stock {
        /// The database, which checks and counts down in one step.
        Database = "database",
        /// Each process, from messages over pub/sub.
        Pubsub = "pubsub",
        /// Each process, from a stream that it reads on from where it left off.
        Streams = "streams",
    }
}
