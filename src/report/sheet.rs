//! A table over time, as series: `allocation.csv`, `fleet.csv` and `services.csv` of one replication. Sums over
//! entities and shares are made row by row, so that their extremes are true ones at any width.

use std::cmp::Ordering;

use super::book::{Grid, Series};
use super::rows::{Cells, Rows};
use crate::results::read::{ReadError, ResultDirectory};

/// Values that all series of a table may take together while it is read.
const VALUES_MAX: usize = 1_500_000;
/// Slots of a series: enough for a year of hours, and few enough to draw.
const SLOTS: std::ops::RangeInclusive<usize> = 500..=20_000;
/// Columns before the keys: `replication` and `time`.
const LEAD: usize = 2;

/// A number of a row's values and its length in seconds.
pub type Ratio = fn(&[Option<f64>], f64) -> Option<f64>;

/// What a table looks like.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Its file without `.csv`.
    pub table: &'static str,
    /// The columns that name an entity.
    pub keys: &'static [&'static str],
    /// The columns that become series.
    pub values: &'static [&'static str],
    /// What is added up.
    pub sums: &'static [Sum],
    /// What is made of a row's values and its length in seconds.
    pub ratio: Option<Ratio>,
}

/// A sum over entities.
#[derive(Clone, Copy, Debug)]
pub struct Sum {
    /// Which key the entities share; none for all of them.
    pub by: Option<usize>,
    /// The values, by their place.
    pub of: &'static [usize],
}

/// The columns of one entity.
#[derive(Clone, Debug, Default)]
pub struct Entity {
    /// Its keys.
    pub keys: Vec<String>,
    /// A series for each value.
    pub columns: Vec<Series>,
    /// What is made of them; empty if nothing is.
    pub ratio: Series,
}

/// Sums over the entities that share a key.
#[derive(Clone, Debug)]
pub struct Group {
    /// Which sum, by its place in the layout.
    pub sum: usize,
    /// The key; empty for all.
    pub key: String,
    /// The sum.
    pub series: Series,
    value: f64,
}

/// A table of one replication.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Its file without `.csv`.
    pub table: &'static str,
    /// Names of the keys.
    pub keys: &'static [&'static str],
    /// Names of the values.
    pub values: &'static [&'static str],
    /// The times.
    pub grid: Grid,
    /// What it has rows of.
    pub entities: Vec<Entity>,
    /// Sums over them.
    pub groups: Vec<Group>,
}

impl Sheet {
    /// Reads one replication of a table; none if the table has no row of it.
    ///
    /// # Errors
    /// If the file cannot be read or was edited.
    pub fn read(
        result: &ResultDirectory,
        layout: &Layout,
        replication: u64,
    ) -> Result<Option<Self>, ReadError> {
        let names = [&["replication", "time"], layout.keys, layout.values].concat();
        let Some(survey) = survey(
            Rows::open(result, layout.table, &names[..LEAD])?,
            replication,
        )?
        else {
            return Ok(None);
        };
        let series = survey.entities * (layout.values.len() + 1 + layout.sums.len());
        let capacity = (VALUES_MAX / series.max(1)).clamp(*SLOTS.start(), *SLOTS.end());
        let mut sheet = Self {
            table: layout.table,
            keys: layout.keys,
            values: layout.values,
            grid: Grid::new(survey.start, capacity as u32),
            entities: Vec::new(),
            groups: Vec::new(),
        };
        let mut rows = Rows::open(result, layout.table, &names)?;
        let mut now = survey.start;
        let mut turn = 0;
        let mut values = vec![None; layout.values.len()];
        while let Some(cells) = rows.next()? {
            match cells.integer(0)?.cmp(&replication) {
                Ordering::Less => continue,
                Ordering::Equal => {}
                Ordering::Greater => break,
            }
            let time = cells.time(1)?;
            if time != now {
                if time < now {
                    return Err(cells.wrong("its time is before that of the row above"));
                }
                sheet.close_row();
                if sheet.grid.advance(time) {
                    sheet.fold();
                }
                now = time;
                turn = 0;
            }
            let place = sheet.place(&cells, turn)?;
            turn = place + 1;
            for (value, column) in values.iter_mut().zip(LEAD + layout.keys.len()..) {
                *value = cells.number(column)?;
            }
            let ratio = layout.ratio.map(|ratio| ratio(&values, survey.step));
            sheet.put(place, &values, ratio, layout.sums);
        }
        sheet.close_row();
        Ok(Some(sheet))
    }

    /// The place of the entity of those keys.
    #[must_use]
    pub fn find(&self, keys: &[&str]) -> Option<usize> {
        self.entities.iter().position(|entity| entity.keys == keys)
    }

    /// The place of a sum over the entities of that key.
    #[must_use]
    pub fn group(&self, sum: usize, key: &str) -> Option<usize> {
        let mut groups = self.groups.iter();
        groups.position(|group| group.sum == sum && group.key == key)
    }

    /// Halves the slots of all series.
    pub fn widen(&mut self) {
        self.grid.widen();
        self.fold();
    }

    fn fold(&mut self) {
        for entity in &mut self.entities {
            entity.columns.iter_mut().for_each(Series::fold);
            entity.ratio.fold();
        }
        self.groups.iter_mut().for_each(|group| group.series.fold());
    }

    /// The place of the row's entity: mostly `turn`, because rows come in the same order at each time.
    fn place(&mut self, cells: &Cells<'_>, turn: usize) -> Result<usize, ReadError> {
        let is = |entity: &Entity| {
            let mut keys = entity.keys.iter().zip(LEAD..);
            keys.all(|(key, column)| cells.text(column).is_ok_and(|cell| cell == key))
        };
        if self.entities.get(turn).is_some_and(is) {
            return Ok(turn);
        }
        if let Some(found) = self.entities.iter().position(is) {
            return Ok(found);
        }
        let keys = (LEAD..LEAD + self.keys.len()).map(|column| Ok(cells.text(column)?.to_owned()));
        self.entities.push(Entity {
            keys: keys.collect::<Result<_, ReadError>>()?,
            columns: vec![Series::default(); self.values.len()],
            ratio: Series::default(),
        });
        Ok(self.entities.len() - 1)
    }

    fn put(
        &mut self,
        place: usize,
        values: &[Option<f64>],
        ratio: Option<Option<f64>>,
        sums: &[Sum],
    ) {
        let Some(entity) = self.entities.get_mut(place) else {
            return;
        };
        for (series, value) in entity.columns.iter_mut().zip(values) {
            series.put(&self.grid, *value);
        }
        if let Some(ratio) = ratio {
            entity.ratio.put(&self.grid, ratio);
        }
        for (number, sum) in sums.iter().enumerate() {
            let key = sum
                .by
                .and_then(|by| entity.keys.get(by))
                .map_or("", String::as_str);
            let value: f64 = sum.of.iter().filter_map(|of| *values.get(*of)?).sum();
            let mut groups = self.groups.iter_mut();
            match groups.find(|group| group.sum == number && group.key == key) {
                Some(group) => group.value += value,
                None => self.groups.push(Group {
                    sum: number,
                    key: key.to_owned(),
                    series: Series::default(),
                    value,
                }),
            }
        }
    }

    /// All rows of a time have come.
    fn close_row(&mut self) {
        for group in &mut self.groups {
            group
                .series
                .put(&self.grid, Some(std::mem::take(&mut group.value)));
        }
    }
}

/// The first two times of a replication.
struct Survey {
    start: i64,
    /// From one to the other, in seconds; 0 where there is only one.
    step: f64,
    entities: usize,
}

fn survey(mut rows: Rows, replication: u64) -> Result<Option<Survey>, ReadError> {
    let mut found: Option<Survey> = None;
    while let Some(cells) = rows.next()? {
        match cells.integer(0)?.cmp(&replication) {
            Ordering::Less => continue,
            Ordering::Equal => {}
            Ordering::Greater => break,
        }
        let time = cells.time(1)?;
        match &mut found {
            None => {
                found = Some(Survey {
                    start: time,
                    step: 0.0,
                    entities: 1,
                })
            }
            Some(survey) if survey.start == time => survey.entities += 1,
            Some(survey) => {
                survey.step = (time - survey.start) as f64;
                break;
            }
        }
    }
    Ok(found)
}
