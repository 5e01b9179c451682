//! The dual of one interval: what it can come to at most when capacity has a price. Whatever the
//! prices, none below zero, that is an upper bound (weak duality); good prices make it a close one.
//!
//! In one class of capacity the best price, others given, is read off the stretches of all curves
//! in falling order: it is that of the stretch with which the capacity ends. Where several classes
//! compete, prices that only make sense together are also scaled together.

use super::program::{Offer, Program, Slot, Work};

/// Prices of capacity in an interval, by class, in money per server.
pub type Prices = Vec<f64>;

/// How long to look for prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Prices one by one, and all together once: enough to compare prices of work.
    Quick,
    /// Every set of classes, as long as it helps.
    Thorough,
}

impl Effort {
    /// Times that all prices are gone through.
    fn rounds(self) -> usize {
        match self {
            Self::Quick => 1,
            Self::Thorough => 4,
        }
    }

    /// Steps of a line search.
    fn steps(self) -> usize {
        match self {
            Self::Quick => 8,
            Self::Thorough => 22,
        }
    }
}

/// Classes of which every set is scaled; of more, single ones, pairs and all.
const EVERY_SET_UP_TO: usize = 4;

/// Scratch space.
#[derive(Debug, Default)]
pub struct Dual {
    /// Price below which servers are wanted, and how many.
    wanted: Vec<(f64, f64)>,
    tried: Prices,
    direction: Vec<f64>,
}

/// An interval, with the prices of work in it.
struct Place<'a> {
    program: &'a Program,
    slot: &'a Slot,
    of_work: &'a [f64],
}

impl Place<'_> {
    fn value(&self, prices: &[f64]) -> f64 {
        Dual::value(self.program, self.slot, self.of_work, prices)
    }
}

impl Dual {
    /// What an interval can come to at most at these prices of capacity and, by training workload,
    /// of work.
    pub fn value(program: &Program, slot: &Slot, of_work: &[f64], prices: &[f64]) -> f64 {
        let above = |curve: usize, price: f64| program.curves[curve].above(price);
        Self::value_with(program, slot, of_work, prices, above)
    }

    /// The same, where `surplus` says what a service gains at most beyond a price of its capacity,
    /// given its curve.
    pub fn value_with(
        program: &Program,
        slot: &Slot,
        of_work: &[f64],
        prices: &[f64],
        mut surplus: impl FnMut(usize, f64) -> f64,
    ) -> f64 {
        let capacity = slot.capacity.iter().zip(prices);
        let mut sum: f64 = capacity.map(|(servers, price)| servers * price).sum();
        for (&curve, rates) in slot.curves.iter().zip(&program.rates) {
            sum += surplus(curve, cheapest(rates, prices, None));
        }
        for ((offer, work), &of_work) in slot.offers.iter().zip(&program.works).zip(of_work) {
            let gains = (0..prices.len()).map(|class| gain(offer, of_work, prices, class));
            sum += if work.campaign {
                gains.fold(0.0, f64::max)
            } else {
                gains.sum()
            };
        }
        sum
    }

    /// Improves the prices of capacity, and returns the value at them.
    pub fn settle(
        &mut self,
        program: &Program,
        slot: &Slot,
        of_work: &[f64],
        prices: &mut Prices,
        effort: Effort,
    ) -> f64 {
        let at = Place {
            program,
            slot,
            of_work,
        };
        self.one_by_one(&at, prices);
        let mut value = at.value(prices);
        let rounds = if prices.len() > 1 { effort.rounds() } else { 0 };
        for _ in 0..rounds {
            let before = value;
            self.together(&at, prices, effort);
            self.one_by_one(&at, prices);
            value = at.value(prices);
            if before - value <= 1e-6 * before.abs() {
                break;
            }
        }
        value
    }

    fn one_by_one(&mut self, at: &Place<'_>, prices: &mut Prices) {
        for class in 0..prices.len() {
            prices[class] = self.best(at, prices, class);
        }
    }

    /// Changes prices that hang together: of the classes among which a service does not care, and of
    /// sets of classes in proportion.
    fn together(&mut self, at: &Place<'_>, prices: &mut Prices, effort: Effort) {
        const NEARLY: f64 = 1.0 + 1e-9;
        for (&curve, rates) in at.slot.curves.iter().zip(&at.program.rates) {
            let price = cheapest(rates, prices, None);
            let dearest = at.program.curves[curve].stretches.first();
            let Some(&(dearest, _)) = dearest.filter(|_| price.is_finite()) else {
                continue;
            };
            let alike = rates.iter().zip(prices.iter());
            let alike = alike.map(|(&rate, &own)| {
                if own <= price * rate * NEARLY {
                    rate
                } else {
                    0.0
                }
            });
            self.direction.clear();
            self.direction.extend(alike);
            let up = (dearest - price).max(0.0);
            self.along(at, prices, (-price, up), effort.steps());
        }
        for set in sets(prices.len(), effort) {
            let scaled = prices.iter().enumerate();
            let scaled =
                scaled.map(|(class, price)| if set >> class & 1 == 1 { *price } else { 0.0 });
            self.direction.clear();
            self.direction.extend(scaled);
            self.along(at, prices, (-0.6, 0.6), effort.steps());
        }
    }

    /// The best price of one class, given those of the others.
    fn best(&mut self, at: &Place<'_>, prices: &[f64], class: usize) -> f64 {
        let &Place {
            program,
            slot,
            of_work,
        } = at;
        let wanted = &mut self.wanted;
        wanted.clear();
        for (&curve, rates) in slot.curves.iter().zip(&program.rates) {
            let rate = rates[class];
            if rate > 0.0 {
                let elsewhere = cheapest(rates, prices, Some(class));
                program.curves[curve].wants(rate, elsewhere, wanted);
            }
        }
        for ((offer, work), &of_work) in slot.offers.iter().zip(&program.works).zip(of_work) {
            wanted.push(wants(offer, *work, of_work, prices, class));
        }
        wanted.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let mut left = slot.capacity[class];
        for &(price, servers) in wanted.iter() {
            left -= servers;
            if left <= 0.0 || price <= 0.0 {
                return price.max(0.0);
            }
        }
        0.0
    }

    /// Goes the best way along a direction, as far as `reach` both ways at most, if that does better
    /// than standing still.
    fn along(&mut self, at: &Place<'_>, prices: &mut Prices, reach: (f64, f64), steps: usize) {
        let mut tried = std::mem::take(&mut self.tried);
        let mut value_at = |way: f64, prices: &Prices| {
            tried.clear();
            let ahead = prices.iter().zip(&self.direction);
            tried.extend(ahead.map(|(price, direction)| (price + way * direction).max(0.0)));
            at.value(&tried)
        };
        let way = lowest(reach.0, reach.1, steps, |way| value_at(way, prices));
        if value_at(way, prices) < at.value(prices) {
            prices.clone_from(&tried);
        }
        self.tried = tried;
    }
}

/// Where a convex function is lowest, by golden section.
pub fn lowest(from: f64, to: f64, steps: usize, mut at: impl FnMut(f64) -> f64) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let (mut low, mut high) = (from, to);
    let (mut left, mut right) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
    let (mut at_left, mut at_right) = (at(left), at(right));
    for _ in 0..steps {
        if at_left <= at_right {
            high = right;
            (right, at_right) = (left, at_left);
            left = high - GOLDEN * (high - low);
            at_left = at(left);
        } else {
            low = left;
            (left, at_left) = (right, at_right);
            right = low + GOLDEN * (high - low);
            at_right = at(right);
        }
    }
    if at_left <= at_right { left } else { right }
}

/// Sets of classes, as bits.
fn sets(classes: usize, effort: Effort) -> impl Iterator<Item = usize> {
    let thorough = effort == Effort::Thorough;
    let few = thorough && classes <= EVERY_SET_UP_TO;
    let many = if thorough && !few { classes } else { 0 };
    let every = 1..if few { 1 << classes } else { 0 };
    let pairs = (0..many).flat_map(|a| (0..=a).map(move |b| 1 << a | 1 << b));
    let whole = (!few).then_some(usize::MAX);
    every.chain(pairs).chain(whole)
}

/// Lowest price of a request per second, in all classes but one.
fn cheapest(rates: &[f64], prices: &[f64], but: Option<usize>) -> f64 {
    let pairs = rates.iter().zip(prices).enumerate();
    let others = pairs.filter(|(class, (rate, _))| **rate > 0.0 && Some(*class) != but);
    others.fold(f64::INFINITY, |least, (_, (rate, price))| {
        least.min(price / rate)
    })
}

/// What a workload gains in a class beyond the prices.
fn gain(offer: &Offer, of_work: f64, prices: &[f64], class: usize) -> f64 {
    let each = offer.worth[class] - of_work * offer.work[class] - prices[class];
    each.max(0.0) * offer.most[class]
}

/// At what price of a class a workload wants its servers, and how many.
fn wants(offer: &Offer, work: Work, of_work: f64, prices: &[f64], class: usize) -> (f64, f64) {
    let most = offer.most[class];
    let each = offer.worth[class] - of_work * offer.work[class];
    if !work.campaign || most <= 0.0 {
        return (each, most);
    }
    let others = (0..prices.len()).filter(|other| *other != class);
    let elsewhere = others
        .map(|other| gain(offer, of_work, prices, other))
        .fold(0.0, f64::max);
    (each - elsewhere / most, most)
}
