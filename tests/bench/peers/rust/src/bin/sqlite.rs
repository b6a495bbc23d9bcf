// SPDX-License-Identifier: GPL-3.0-or-later
//! SQLite FTS5 as a peer of the benchmark: `sqlite build DIR THREADS MEMORY FILE...`, `sqlite serve DIR`. It writes with
//! one thread, whatever THREADS says.

use ofsearch_bench_peers::{parse_query, read_corpus, serve, Clause, Occur};
use rusqlite::{params, params_from_iter, Connection, OpenFlags};
use std::fs;

fn build(dir: &str, memory: u64, files: &[String]) {
    fs::create_dir_all(dir).expect("a folder for the index");
    let mut db = Connection::open(format!("{dir}/index.sqlite")).expect("a database");
    db.execute_batch(&format!(
        "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{};
         CREATE TABLE paragraph (id INTEGER PRIMARY KEY, report TEXT, grade INTEGER, section INTEGER,
                                 heading INTEGER, text TEXT);
         CREATE TABLE value (id INTEGER PRIMARY KEY, value TEXT UNIQUE);
         CREATE VIRTUAL TABLE words USING fts5(text, content = 'paragraph', content_rowid = 'id',
                                               tokenize = 'porter unicode61');
         INSERT INTO words(words, rank) VALUES ('hashsize', {});",
        memory / 2048,
        memory / 2
    ))
    .expect("a schema");
    let transaction = db.transaction().expect("a transaction");
    {
        let mut values = std::collections::HashMap::<String, i64>::new();
        let mut value = transaction.prepare("INSERT INTO value VALUES (?1, ?2)").unwrap();
        let mut row = transaction.prepare("INSERT INTO paragraph VALUES (?1, ?2, ?3, ?4, ?5, ?6)").unwrap();
        let mut words = transaction.prepare("INSERT INTO words(rowid, text) VALUES (?1, ?2)").unwrap();
        let mut id = 0i64;
        read_corpus(files, |p| {
            let mut number = |text: &str| {
                if let Some(&known) = values.get(text) {
                    return known;
                }
                let new = values.len() as i64 + 1;
                value.execute(params![new, text]).expect("a value");
                values.insert(text.to_string(), new);
                new
            };
            id += 1;
            let (grade, section, heading) = (number(p.grade), number(p.section), number(p.heading));
            row.execute(params![id, p.report, grade, section, heading, p.text]).expect("a row");
            words.execute(params![id, p.text]).expect("its words");
        });
    }
    transaction.commit().expect("a commit");
    db.execute_batch("INSERT INTO words(words) VALUES ('optimize'); ANALYZE;").expect("one segment");
}

/// A clause in FTS5's query language.
fn expression(clause: &Clause) -> String {
    let star = if clause.prefix { "*" } else { "" };
    format!("\"{}\"{star}", clause.words.join(" "))
}

/// The MATCH argument, and the values that columns must have. FTS5 has no "may hold beside what must".
fn translate(text: &str) -> Option<(String, Vec<(String, String)>)> {
    let (mut must, mut may, mut not, mut filters) = (vec![], vec![], vec![], vec![]);
    for clause in parse_query(text) {
        match (&clause.field, clause.occur) {
            (Some(field), Occur::Must) => filters.push((field.clone(), clause.words[0].clone())),
            (Some(_), _) => return None,
            (None, Occur::Must) => must.push(expression(&clause)),
            (None, Occur::May) => may.push(expression(&clause)),
            (None, Occur::Not) => not.push(expression(&clause)),
        }
    }
    if !must.is_empty() && !may.is_empty() {
        return None;
    }
    let mut words = if must.is_empty() { may.join(" OR ") } else { must.join(" AND ") };
    for word in not {
        words = format!("({words}) NOT {word}");
    }
    Some((words, filters))
}

fn answer(dir: &str) {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let db = Connection::open_with_flags(format!("{dir}/index.sqlite"), flags).expect("a database");
    db.execute_batch("PRAGMA mmap_size = 68719476736; PRAGMA cache_size = -262144;").unwrap();
    serve(|command, text| {
        let (words, filters) = translate(text)?;
        let mut arguments = vec![words];
        let (mut from, mut and) = ("words".to_string(), String::new());
        if !filters.is_empty() {
            from += " JOIN paragraph p ON p.id = words.rowid";
        }
        for (field, value) in &filters {
            arguments.push(value.clone());
            and += &format!(" AND p.{field} = (SELECT id FROM value WHERE value = ?{})", arguments.len());
        }
        let select = |sql: String, each: &mut dyn FnMut(&rusqlite::Row)| {
            let mut statement = db.prepare_cached(&sql).unwrap();
            let mut rows = statement.query(params_from_iter(&arguments)).unwrap();
            while let Some(row) = rows.next().unwrap() {
                each(row);
            }
        };
        let (mut count, mut hits, mut best) = (0u64, 0u64, 0.0);
        if command.starts_with("TOP_") {
            let limit = if command == "TOP_100" { 100 } else { 10 };
            let sql = format!(
                "SELECT words.rowid, rank FROM {from} WHERE words MATCH ?1{and} ORDER BY rank LIMIT {limit}"
            );
            select(sql, &mut |row| {
                if hits == 0 {
                    best = -row.get::<_, f64>(1).unwrap();
                }
                hits += 1;
            });
        }
        match command {
            "TOP_10" | "TOP_100" => count = hits,
            "COUNT" | "TOP_10_COUNT" => {
                select(format!("SELECT count(*) FROM {from} WHERE words MATCH ?1{and}"), &mut |row| {
                    count = row.get::<_, i64>(0).unwrap() as u64
                })
            }
            "TOP_10_FACETS" => {
                let sql = format!(
                    "SELECT p.grade, p.section, count(*) FROM words JOIN paragraph p ON p.id = words.rowid
                     WHERE words MATCH ?1{and} GROUP BY 1, 2"
                );
                select(sql, &mut |row| count += row.get::<_, i64>(2).unwrap() as u64)
            }
            _ => return None,
        }
        Some((count, best))
    });
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    match args[1].as_str() {
        "version" => println!("{}", rusqlite::version()),
        "build" => build(&args[2], args[4].parse().unwrap(), &args[5..]),
        "serve" => answer(&args[2]),
        other => panic!("no command {other}"),
    }
}
