//! Reads a result's CSVs as any tool would: a header and rows of text.

use super::Sandbox;

/// The CSVs that the contract promises.
pub const NAMES: [&str; 10] = [
    "summary",
    "replications",
    "bands",
    "allocation",
    "fleet",
    "services",
    "jobs",
    "moves",
    "events",
    "costs",
];

/// A CSV in memory.
pub struct Csv {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// Reads a CSV of the sandbox; every row must be as wide as the header.
pub fn read(sandbox: &Sandbox, path: &str) -> Csv {
    let mut reader = csv::Reader::from_path(sandbox.path(path)).unwrap();
    let words = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
    let header = words(reader.headers().unwrap());
    let rows = reader
        .records()
        .map(|record| words(&record.unwrap()))
        .collect();
    Csv { header, rows }
}

impl Csv {
    pub fn index(&self, column: &str) -> usize {
        let found = self.header.iter().position(|name| name == column);
        found.unwrap_or_else(|| panic!("no column {column} in {:?}", self.header))
    }

    pub fn column(&self, name: &str) -> Vec<String> {
        let index = self.index(name);
        self.rows.iter().map(|row| row[index].clone()).collect()
    }

    /// The different values of a column, in the order of their first row.
    pub fn distinct(&self, name: &str) -> Vec<String> {
        let mut seen = Vec::new();
        for value in self.column(name) {
            if !seen.contains(&value) {
                seen.push(value);
            }
        }
        seen
    }

    /// The rows in which each named column has the given value.
    pub fn having(&self, filter: &[(&str, &str)]) -> impl Iterator<Item = &Vec<String>> + use<'_> {
        let by_index = |(column, value): &(&str, &str)| (self.index(column), (*value).to_owned());
        let filter: Vec<_> = filter.iter().map(by_index).collect();
        let matches = move |row: &&Vec<String>| filter.iter().all(|(at, value)| row[*at] == *value);
        self.rows.iter().filter(matches)
    }

    /// One cell of the only row that `filter` finds.
    #[track_caller]
    pub fn cell(&self, filter: &[(&str, &str)], column: &str) -> &str {
        let rows: Vec<_> = self.having(filter).collect();
        let [row] = rows.as_slice() else {
            panic!("{} rows have {filter:?}", rows.len());
        };
        &row[self.index(column)]
    }

    /// The sum of a column over the rows that `filter` finds.
    pub fn sum(&self, filter: &[(&str, &str)], column: &str) -> f64 {
        let index = self.index(column);
        self.having(filter)
            .map(|row| number(&row[index]))
            .fold(0.0, |sum, value| sum + value)
    }
}

#[track_caller]
pub fn number(text: &str) -> f64 {
    text.parse()
        .unwrap_or_else(|_| panic!("`{text}` is not a number"))
}

/// The bytes of every CSV of a result, by name.
pub fn bytes(sandbox: &Sandbox, result: &str) -> Vec<(&'static str, Vec<u8>)> {
    let file = |name| std::fs::read(sandbox.path(format!("{result}/{name}.csv"))).unwrap();
    NAMES.into_iter().map(|name| (name, file(name))).collect()
}

/// Two results have the same CSVs, byte for byte.
#[track_caller]
pub fn assert_same(sandbox: &Sandbox, one: &str, two: &str) {
    for ((name, left), (_, right)) in bytes(sandbox, one).iter().zip(bytes(sandbox, two)) {
        assert!(!left.is_empty(), "{one}/{name}.csv");
        assert!(*left == right, "{name}.csv differs between {one} and {two}");
    }
}
