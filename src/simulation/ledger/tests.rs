//! Servers in, servers out, and nothing lost between.

use super::*;
use crate::kernel::Span;

fn at(hours: i64) -> Instant {
    Instant::EPOCH + Span::HOUR * hours
}

#[test]
fn a_shift_moves_no_more_than_there_is() {
    let mut pool = PoolLedger::new(10, vec![WorkloadId(0)], at(0));
    let moved = pool.shift(Account::Idle, Account::Allocated(0), 12, at(1));
    assert_eq!(moved, 10);
    assert_eq!(pool.servers(Account::Idle), 0);
    assert_eq!(pool.servers(Account::Allocated(0)), 10);
    assert!(pool.is_conserved(at(5)));
}

#[test]
fn an_idle_server_stays_set_up_for_its_last_holder() {
    let mut pool = PoolLedger::new(6, vec![WorkloadId(0), WorkloadId(1)], at(0));
    pool.shift(Account::Idle, Account::Allocated(0), 4, at(0));
    pool.shift(Account::Allocated(0), Account::Idle, 3, at(1));
    assert_eq!((pool.idle_for(None), pool.idle_for(Some(0))), (2, 3));
    let converting = Account::Converting(1);
    assert_eq!(pool.hand(Account::Idle, 1, converting, 1, at(1)), 0);
    assert_eq!(pool.rebind(Some(0), 1, 2), 2);
    assert_eq!(pool.hand(Account::Idle, 1, converting, 9, at(1)), 2);
    // The unbound break first, and come back unbound.
    pool.shift(Account::Idle, Account::Failed, 1, at(2));
    pool.shift(Account::Failed, Account::Idle, 1, at(3));
    assert_eq!((pool.idle_for(None), pool.idle_for(Some(0))), (2, 1));
    assert!(pool.is_conserved(at(4)));
}

#[test]
fn server_hours_follow_the_shifts() {
    let mut pool = PoolLedger::new(4, vec![WorkloadId(3)], at(0));
    pool.shift(Account::Idle, Account::Warming(0), 3, at(2));
    pool.shift(Account::Warming(0), Account::Allocated(0), 3, at(3));
    pool.install(2, at(4));
    assert_eq!(
        pool.server_hours(Account::Idle, at(6)),
        4.0 * 2.0 + 1.0 * 2.0 + 3.0 * 2.0
    );
    assert_eq!(pool.server_hours(Account::Warming(0), at(6)), 3.0);
    assert_eq!(pool.server_hours(Account::Allocated(0), at(6)), 9.0);
    assert_eq!(pool.installed_hours(at(6)), 16.0 + 12.0);
    assert!(pool.is_conserved(at(6)));
}
