// SPDX-License-Identifier: GPL-3.0-or-later
//! Tantivy as a peer of the benchmark: `tantivy build DIR THREADS MEMORY FILE...`, `tantivy serve DIR`.

use ofsearch_bench_peers::{parse_query, read_corpus, serve, Clause, Occur};
use std::fs;
use tantivy::collector::{Collector, Count, SegmentCollector, TopDocs};
use tantivy::columnar::StrColumn;
use tantivy::query::{BooleanQuery, ConstScoreQuery, Occur as O, PhraseQuery, Query, RegexQuery, TermQuery};
use tantivy::schema::{
    Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions, FAST, STORED, STRING,
};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{DocId, Index, IndexWriter, Score, SegmentOrdinal, SegmentReader, TantivyDocument, Term};

fn schema() -> Schema {
    let mut builder = Schema::builder();
    let words = TextFieldIndexing::default()
        .set_tokenizer("en_stem")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    builder.add_text_field("text", TextOptions::default().set_indexing_options(words).set_stored());
    builder.add_text_field("report", STORED | FAST);
    for name in ["grade", "section", "heading"] {
        builder.add_text_field(name, STRING | FAST | STORED);
    }
    builder.build()
}

fn build(dir: &str, threads: usize, memory: usize, files: &[String]) {
    fs::create_dir_all(dir).expect("a folder for the index");
    let schema = schema();
    let field = |name: &str| schema.get_field(name).unwrap();
    let (text, report, grade) = (field("text"), field("report"), field("grade"));
    let (section, heading) = (field("section"), field("heading"));
    let index = Index::create_in_dir(dir, schema.clone()).expect("a new index");
    let mut writer: IndexWriter = index.writer_with_num_threads(threads, memory).expect("a writer");
    read_corpus(files, |p| {
        let mut document = TantivyDocument::default();
        document.add_text(text, p.text);
        document.add_text(report, p.report);
        if !p.grade.is_empty() {
            document.add_text(grade, p.grade);
        }
        document.add_text(section, p.section);
        document.add_text(heading, p.heading);
        writer.add_document(document).expect("a document");
    });
    writer.commit().expect("a commit");
    writer.wait_merging_threads().expect("merges");
    let mut writer: IndexWriter = index.writer_with_num_threads(1, memory).expect("a writer");
    let segments = index.searchable_segment_ids().expect("segments");
    if segments.len() > 1 {
        writer.merge(&segments).wait().expect("one segment");
    }
    writer.garbage_collect_files().wait().expect("only files in use");
    writer.wait_merging_threads().expect("merges");
}

/// Counts the values of a dictionary-coded column.
struct Facets(&'static str);
struct SegmentFacets {
    column: Option<StrColumn>,
    counts: Vec<u64>,
    none: u64,
}

impl Collector for Facets {
    type Fruit = u64;
    type Child = SegmentFacets;
    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentFacets> {
        let column = reader.fast_fields().str(self.0)?;
        let terms = column.as_ref().map_or(0, |c| c.num_terms());
        Ok(SegmentFacets { column, counts: vec![0; terms], none: 0 })
    }
    fn requires_scoring(&self) -> bool {
        false
    }
    fn merge_fruits(&self, fruits: Vec<u64>) -> tantivy::Result<u64> {
        Ok(fruits.into_iter().sum())
    }
}

impl SegmentCollector for SegmentFacets {
    type Fruit = u64;
    fn collect(&mut self, doc: DocId, _: Score) {
        match self.column.as_ref().and_then(|c| c.ords().first(doc)) {
            Some(ord) => self.counts[ord as usize] += 1,
            None => self.none += 1,
        }
    }
    fn harvest(self) -> u64 {
        self.counts.iter().sum::<u64>() + self.none
    }
}

struct Engine {
    schema: Schema,
    text: Field,
    analyzer: TextAnalyzer,
}

impl Engine {
    fn term(&mut self, word: &str) -> Term {
        let mut stream = self.analyzer.token_stream(word);
        let stem = if stream.advance() { stream.token().text.clone() } else { String::new() };
        Term::from_field_text(self.text, &stem)
    }

    fn clause(&mut self, clause: &Clause) -> Box<dyn Query> {
        if let Some(field) = &clause.field {
            let term = Term::from_field_text(self.schema.get_field(field).unwrap(), &clause.words[0]);
            return Box::new(ConstScoreQuery::new(
                Box::new(TermQuery::new(term, IndexRecordOption::Basic)),
                0.0,
            ));
        }
        if clause.prefix {
            let pattern = format!("{}.*", clause.words[0]);
            return Box::new(RegexQuery::from_pattern(&pattern, self.text).expect("a pattern"));
        }
        let terms: Vec<Term> = clause.words.iter().map(|w| self.term(w)).collect();
        if terms.len() == 1 {
            return Box::new(TermQuery::new(terms[0].clone(), IndexRecordOption::WithFreqs));
        }
        Box::new(PhraseQuery::new(terms))
    }

    fn query(&mut self, text: &str) -> Box<dyn Query> {
        let clauses = parse_query(text);
        if clauses.len() == 1 {
            return self.clause(&clauses[0]);
        }
        let subqueries = clauses
            .iter()
            .map(|c| {
                let occur = match c.occur {
                    Occur::Must => O::Must,
                    Occur::May => O::Should,
                    Occur::Not => O::MustNot,
                };
                (occur, self.clause(c))
            })
            .collect();
        Box::new(BooleanQuery::new(subqueries))
    }
}

fn answer(dir: &str) {
    let index = Index::open_in_dir(dir).expect("an index");
    let searcher = index.reader().expect("a reader").searcher();
    let schema = index.schema();
    let mut engine = Engine {
        text: schema.get_field("text").unwrap(),
        analyzer: index.tokenizers().get("en_stem").expect("the stemming analyzer"),
        schema,
    };
    let best = |hits: &[(Score, tantivy::DocAddress)]| hits.first().map_or(0.0, |h| f64::from(h.0));
    serve(|command, text| {
        let query = engine.query(text);
        Some(match command {
            "COUNT" => (query.count(&searcher).unwrap() as u64, 0.0),
            "TOP_10" | "TOP_100" => {
                let limit = if command == "TOP_10" { 10 } else { 100 };
                let hits = searcher.search(&query, &TopDocs::with_limit(limit).order_by_score()).unwrap();
                (hits.len() as u64, best(&hits))
            }
            "TOP_10_COUNT" => {
                let (hits, count) =
                    searcher.search(&query, &(TopDocs::with_limit(10).order_by_score(), Count)).unwrap();
                (count as u64, best(&hits))
            }
            "TOP_10_FACETS" => {
                let collectors =
                    (TopDocs::with_limit(10).order_by_score(), Facets("grade"), Facets("section"));
                let (hits, count, _) = searcher.search(&query, &collectors).unwrap();
                (count, best(&hits))
            }
            _ => return None,
        })
    });
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    match args[1].as_str() {
        "version" => println!("{}", tantivy::version_string()),
        "build" => build(&args[2], args[3].parse().unwrap(), args[4].parse().unwrap(), &args[5..]),
        "serve" => answer(&args[2]),
        other => panic!("no command {other}"),
    }
}
