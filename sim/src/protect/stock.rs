//! Whether one is left to sell.
//!
//! - `database`: the order is written if the count is above zero, and counts it down
//!   in the same step (`UPDATE … SET stock = stock - 1 WHERE stock > 0`). Nothing
//!   that happens can sell what is not there.
//! - `pubsub`: each process has a count of its own, from messages. It costs no trip
//!   to look; but who has missed a message sells by an old count.
//! - `streams`: each process reads on in the stream before it decides, which is a
//!   trip to the cache. Who cannot read sells nothing. Two that read at the same time
//!   may still both sell the last one.
//!
//! A sale is no load: it goes to the database past the defences, as an update does.
//!
//! Source: Redis documentation, *Pub/Sub* and *Streams*.

use std::rc::Rc;

use crate::scenario::Stock;
use crate::telemetry::{Kind, Reason};
use crate::world::cache::{Cache, Down};
use crate::world::process::PRIMARY;
use crate::world::shop::Shop;
use crate::world::{Process, Request};

/// A visitor buys the product that a request is about, if one is left.
pub async fn sell(
    shop: &Shop,
    cache: &Cache,
    process: &Rc<Process>,
    request: &Request<'_>,
) -> Result<(), Reason> {
    let (channel, product) = (&shop.channel, request.key);
    let is_left = match shop.spec.stock {
        Stock::Database => true,
        Stock::Pubsub => channel.reserve(process.id, product),
        Stock::Streams => {
            if channel.is_cut_off(process.id, request.world.core.now()) {
                return Err(Reason::CacheDown);
            }
            let read = cache.command(request, |_, _| channel.said(product)).await;
            read.map_err(|Down| Reason::CacheDown)? > 0
        }
    };
    if !is_left {
        request.note(Kind::SoldOut, product);
        return Ok(());
    }
    let connection = process.connect(request, PRIMARY).await?;
    process.query(request, PRIMARY, connection).await?;
    let sold = match shop.spec.stock {
        Stock::Database if channel.sell_if_left(product) => Kind::Sold,
        Stock::Database => Kind::SoldOut,
        _ if channel.sell(product) < 0 => Kind::Oversold,
        _ => Kind::Sold,
    };
    request.note(sold, product);
    // Who cannot say so has sold it all the same.
    let _ = match shop.spec.stock {
        Stock::Database => Ok(()),
        Stock::Pubsub => cache.command(request, |_, _| channel.publish(request, product)).await,
        Stock::Streams => cache.command(request, |_, _| channel.append(product)).await,
    };
    Ok(())
}
