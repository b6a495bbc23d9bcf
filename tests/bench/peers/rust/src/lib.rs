// SPDX-License-Identifier: GPL-3.0-or-later
//! What the peers written in Rust share: the corpus, the queries and the line protocol of `tests/bench/run`.
//!
//! The corpus is files of lines `report TAB grade TAB section TAB heading TAB text`. A query is clauses parted by
//! blanks, each `+` (must hold), `-` (must not) or neither (may hold), then `word`, `word*`, `"some words"` or
//! `field:"value"`. A request is `COMMAND TAB query`; its answer `count TAB nanoseconds TAB best score`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::time::Instant;

pub struct Paragraph<'a> {
    pub report: &'a str,
    pub grade: &'a str,
    pub section: &'a str,
    pub heading: &'a str,
    pub text: &'a str,
}

/// Calls `each` for every paragraph of `files`, in their order.
pub fn read_corpus(files: &[String], mut each: impl FnMut(Paragraph)) {
    let mut line = String::new();
    for path in files {
        let mut reader = BufReader::with_capacity(1 << 20, File::open(path).expect(path));
        loop {
            line.clear();
            if reader.read_line(&mut line).expect(path) == 0 {
                break;
            }
            let mut fields = line.trim_end_matches('\n').splitn(5, '\t');
            let mut next = || fields.next().expect("five fields a line");
            each(Paragraph { report: next(), grade: next(), section: next(), heading: next(), text: next() });
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
pub enum Occur {
    Must,
    May,
    Not,
}

pub struct Clause {
    pub occur: Occur,
    pub field: Option<String>, // then `words` is one value
    pub words: Vec<String>,
    pub prefix: bool,
}

pub fn parse_query(query: &str) -> Vec<Clause> {
    let mut clauses = Vec::new();
    let mut rest = query.trim_start();
    while !rest.is_empty() {
        let occur = match rest.as_bytes()[0] {
            b'+' => Occur::Must,
            b'-' => Occur::Not,
            _ => Occur::May,
        };
        if occur != Occur::May {
            rest = &rest[1..];
        }
        let mut field = None;
        if let Some(at) = rest.find(|c: char| !c.is_ascii_lowercase()) {
            if rest[at..].starts_with(":\"") {
                field = Some(rest[..at].to_string());
                rest = &rest[at + 1..];
            }
        }
        let (body, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').expect("a closing quotation mark"),
            None => rest.split_at(rest.find(' ').unwrap_or(rest.len())),
        };
        let prefix = body.ends_with('*');
        let words = match field {
            Some(_) => vec![body.to_string()],
            None => body.trim_end_matches('*').split(' ').map(str::to_string).collect(),
        };
        clauses.push(Clause { occur, field, words, prefix });
        rest = after.trim_start();
    }
    clauses
}

/// Answers requests on standard input until it ends. `run` gives the count and the best score (0: none); None when it
/// cannot do what is asked.
pub fn serve(mut run: impl FnMut(&str, &str) -> Option<(u64, f64)>) {
    let stdout = io::stdout();
    println!("ready");
    for line in io::stdin().lock().lines() {
        let line = line.expect("a request");
        let (command, query) = line.split_once('\t').expect("COMMAND TAB query");
        let start = Instant::now();
        let answer = run(command, query);
        let took = start.elapsed().as_nanos();
        let mut out = stdout.lock();
        match answer {
            Some((count, score)) => writeln!(out, "{count}\t{took}\t{score}"),
            None => writeln!(out, "UNSUPPORTED"),
        }
        .and_then(|_| out.flush())
        .expect("a reader of answers");
    }
}
