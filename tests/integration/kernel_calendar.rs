//! The calendar against the obvious reference: a list that is sorted again before every look.

use flexcap::kernel::{Calendar, Instant, Phase, Span};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Schedule { delay: i64, phase: u8 },
    Cancel { ticket: prop::sample::Index },
    Pop,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let schedule = (0_i64..6, 0_u8..3).prop_map(|(delay, phase)| Step::Schedule { delay, phase });
    let cancel = any::<prop::sample::Index>().prop_map(|ticket| Step::Cancel { ticket });
    prop::collection::vec(
        prop_oneof![5 => schedule, 3 => cancel, 3 => Just(Step::Pop)],
        0..400,
    )
}

proptest! {
    #[test]
    fn agrees_with_a_sorted_list(steps in steps()) {
        let mut calendar = Calendar::new(Instant::EPOCH);
        let mut reference: Vec<(Instant, u8, usize)> = Vec::new();
        let mut tickets = Vec::new();
        for step in steps {
            reference.sort_unstable();
            match step {
                Step::Schedule { delay, phase } => {
                    let (time, id) = (calendar.now() + Span::from_micros(delay), tickets.len());
                    tickets.push(calendar.schedule(time, Phase(phase), id));
                    reference.push((time, phase, id));
                }
                Step::Cancel { ticket } => if !tickets.is_empty() {
                    let id = ticket.index(tickets.len());
                    let pending = reference.iter().position(|entry| entry.2 == id);
                    prop_assert_eq!(calendar.cancel(tickets[id]), pending.is_some());
                    pending.map(|position| reference.remove(position));
                }
                Step::Pop => {
                    let expected = (!reference.is_empty()).then(|| reference.remove(0));
                    prop_assert_eq!(calendar.pop(), expected.map(|(time, _, id)| (time, id)));
                    prop_assert!(expected.is_none_or(|(time, ..)| calendar.now() == time));
                }
            }
            prop_assert_eq!(calendar.len(), reference.len());
            prop_assert_eq!(calendar.next_time(), reference.iter().map(|entry| entry.0).min());
        }
        reference.sort_unstable();
        let rest: Vec<usize> = reference.iter().map(|entry| entry.2).collect();
        let drained: Vec<usize> =
            std::iter::from_fn(|| calendar.pop().map(|(_, id)| id)).collect();
        prop_assert_eq!(drained, rest);
    }
}
