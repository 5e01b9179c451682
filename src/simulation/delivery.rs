//! Orders: they are paid for as they are placed and as they arrive, and what arrives is installed.

use super::record::{EventEntity, EventKind, EventRow, MoveReason};
use super::replication::Replication;
use crate::kernel::Instant;

impl Replication<'_> {
    /// An order is placed.
    pub(super) fn place_order(&mut self, order: usize) {
        let delivery = self.deliveries[order];
        self.accounts.books.pay(delivery.pool, delivery.pays_placed);
    }

    /// An order arrives.
    pub(super) fn deliver(&mut self, order: usize, now: Instant) {
        let delivery = self.deliveries[order];
        let pool = &self.fleet.pools[delivery.pool.index()];
        let servers = pool.servers_of(delivery.accelerators);
        self.ledger.pool_mut(delivery.pool).install(servers, now);
        self.pods.pool_mut(delivery.pool).install(servers);
        self.accounts.books.in_service(&delivery, pool);
        // What came before the replication opened was paid before.
        if delivery.delivered == now {
            self.accounts
                .books
                .pay(delivery.pool, delivery.pays_delivered);
        }
        if self.recording && delivery.delivered == now {
            self.recorder.event(&EventRow {
                time: now,
                kind: EventKind::Delivery,
                entity: EventEntity::Order(delivery.order),
                accelerators: delivery.accelerators,
            });
        }
        self.wake(MoveReason::Delivery, now);
    }
}
