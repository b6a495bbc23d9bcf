// SPDX-License-Identifier: GPL-3.0-or-later
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KeywordField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SortedSetDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.misc.index.BPIndexReorderer;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Collector;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MultiCollectorManager;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SimpleCollector;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

/**
 * Lucene as a peer of the benchmark: {@code build DIR THREADS MEMORY FILE...}, {@code reorder FROM TO}, {@code serve
 * DIR}. The corpus, the queries and the line protocol are as peers/rust/src/lib.rs says.
 */
public final class Lucene {
    private static final class Stemming extends Analyzer {
        @Override
        protected TokenStreamComponents createComponents(String field) {
            Tokenizer words = new StandardTokenizer();
            TokenStream lower = new LowerCaseFilter(new EnglishPossessiveFilter(words));
            return new TokenStreamComponents(words, new SnowballFilter(lower, "English"));
        }
    }

    // ---- building ----

    private static IndexWriterConfig settings() {
        return new IndexWriterConfig(new Stemming()).setSimilarity(new BM25Similarity()).setUseCompoundFile(false);
    }

    private static Document document(String line) {
        String[] fields = line.split("\t", 5);
        Document document = new Document();
        document.add(new StoredField("report", fields[0]));
        String[] names = {"grade", "section", "heading"};
        for (int i = 0; i < names.length; i++) {
            if (!fields[i + 1].isEmpty()) {
                document.add(new KeywordField(names[i], fields[i + 1], Field.Store.YES));
            }
        }
        document.add(new TextField("text", fields[4], Field.Store.YES));
        return document;
    }

    /** Each thread takes the next file, so that paragraphs of a report stay together. */
    private static void build(String folder, int threads, long memory, List<String> files) throws Exception {
        IndexWriterConfig config = settings().setRAMBufferSizeMB(memory / 1048576.0);
        BlockingQueue<String> left = new ArrayBlockingQueue<>(files.size(), false, files);
        try (Directory directory = new MMapDirectory(Path.of(folder));
                IndexWriter writer = new IndexWriter(directory, config)) {
            List<Thread> workers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Thread worker = new Thread(() -> addFiles(writer, left));
                worker.setUncaughtExceptionHandler((t, e) -> {
                    e.printStackTrace();
                    Runtime.getRuntime().halt(1);
                });
                worker.start();
                workers.add(worker);
            }
            for (Thread worker : workers) {
                worker.join();
            }
            writer.forceMerge(1);
            writer.commit();
        }
    }

    private static void addFiles(IndexWriter writer, BlockingQueue<String> left) {
        for (String file = left.poll(); file != null; file = left.poll()) {
            try (BufferedReader lines = Files.newBufferedReader(Path.of(file))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    writer.addDocument(document(line));
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    /** The one segment of an index, its documents put in another order by recursive graph bisection. */
    private static void reorder(String from, String to) throws Exception {
        try (Directory source = new MMapDirectory(Path.of(from));
                Directory target = new MMapDirectory(Path.of(to));
                DirectoryReader reader = DirectoryReader.open(source);
                IndexWriter writer = new IndexWriter(target, settings())) {
            BPIndexReorderer reorderer = new BPIndexReorderer();
            reorderer.setFields(java.util.Set.of("text"));
            CodecReader segment = (CodecReader) reader.leaves().get(0).reader();
            writer.addIndexes(reorderer.reorder(segment, target, null));
            writer.forceMerge(1);
            writer.commit();
        }
    }

    // ---- queries ----

    private static String stem(Analyzer analyzer, String word) throws IOException {
        try (TokenStream stream = analyzer.tokenStream("text", word)) {
            CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
            stream.reset();
            String stem = stream.incrementToken() ? term.toString() : "";
            stream.end();
            return stem;
        }
    }

    private static Query words(Analyzer analyzer, String body) throws IOException {
        if (body.endsWith("*")) {
            return new PrefixQuery(new Term("text", body.substring(0, body.length() - 1)));
        }
        String[] words = body.split(" ");
        if (words.length == 1) {
            return new TermQuery(new Term("text", stem(analyzer, words[0])));
        }
        PhraseQuery.Builder phrase = new PhraseQuery.Builder();
        for (String word : words) {
            phrase.add(new Term("text", stem(analyzer, word)));
        }
        return phrase.build();
    }

    private static Query parse(Analyzer analyzer, String text) throws IOException {
        BooleanQuery.Builder query = new BooleanQuery.Builder();
        Query last = null;
        int clauses = 0;
        for (int at = 0; at < text.length(); clauses++) {
            Occur occur = switch (text.charAt(at)) {
                case '+' -> Occur.MUST;
                case '-' -> Occur.MUST_NOT;
                default -> Occur.SHOULD;
            };
            if (occur != Occur.SHOULD) {
                at++;
            }
            String field = null;
            int name = at;
            while (name < text.length() && text.charAt(name) >= 'a' && text.charAt(name) <= 'z') {
                name++;
            }
            if (text.startsWith(":\"", name)) {
                field = text.substring(at, name);
                at = name + 1;
            }
            boolean quoted = text.charAt(at) == '"';
            int start = quoted ? at + 1 : at;
            int end = text.indexOf(quoted ? '"' : ' ', start);
            end = end < 0 ? text.length() : end;
            String body = text.substring(start, end);
            last = field != null ? new TermQuery(new Term(field, body)) : words(analyzer, body);
            query.add(last, field != null && occur == Occur.MUST ? Occur.FILTER : occur);
            at = quoted ? end + 1 : end;
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
        }
        return clauses == 1 ? last : query.build();
    }

    // ---- answers ----

    private record Answer(long count, double best) {}

    /** Counts the values of a column. */
    private static final class Facets implements CollectorManager<Facets.Counter, Long> {
        private final String field;

        Facets(String field) {
            this.field = field;
        }

        static final class Counter extends SimpleCollector {
            private final String field;
            private SortedSetDocValues values;
            private long[] counts;
            private long none;

            Counter(String field) {
                this.field = field;
            }

            @Override
            protected void doSetNextReader(LeafReaderContext context) throws IOException {
                values = org.apache.lucene.index.DocValues.getSortedSet(context.reader(), field);
                counts = new long[(int) values.getValueCount()];
            }

            @Override
            public void collect(int doc) throws IOException {
                if (values.advanceExact(doc)) {
                    counts[(int) values.nextOrd()]++;
                } else {
                    none++;
                }
            }

            @Override
            public ScoreMode scoreMode() {
                return ScoreMode.COMPLETE_NO_SCORES;
            }
        }

        @Override
        public Counter newCollector() {
            return new Counter(field);
        }

        @Override
        public Long reduce(Collection<Counter> collectors) {
            long sum = 0;
            for (Counter counter : collectors) {
                sum += counter.none;
                for (long count : counter.counts == null ? new long[0] : counter.counts) {
                    sum += count;
                }
            }
            return sum;
        }
    }

    private static double best(TopDocs hits) {
        return hits.scoreDocs.length == 0 ? 0 : hits.scoreDocs[0].score;
    }

    private static Answer answer(IndexSearcher searcher, String command, Query query) throws IOException {
        switch (command) {
            case "COUNT":
                return new Answer(searcher.count(query), 0);
            case "TOP_10":
            case "TOP_100": {
                int limit = command.equals("TOP_10") ? 10 : 100;
                TopDocs hits = searcher.search(query, new TopScoreDocCollectorManager(limit, null, limit));
                return new Answer(hits.scoreDocs.length, best(hits));
            }
            case "TOP_10_COUNT": {
                TopDocs hits = searcher.search(query, new TopScoreDocCollectorManager(10, null, Integer.MAX_VALUE));
                return new Answer(hits.totalHits.value(), best(hits));
            }
            case "TOP_10_FACETS": {
                Object[] results = searcher.search(query, new MultiCollectorManager(
                        new TopScoreDocCollectorManager(10, null, Integer.MAX_VALUE), new Facets("grade"),
                        new Facets("section")));
                return new Answer((Long) results[2], best((TopDocs) results[0]));
            }
            default:
                return null;
        }
    }

    private static void serve(String folder) throws Exception {
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream answers = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        try (Directory directory = new MMapDirectory(Path.of(folder));
                DirectoryReader reader = DirectoryReader.open(directory);
                Analyzer analyzer = new Stemming()) {
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setQueryCache(null);
            searcher.setSimilarity(new BM25Similarity());
            answers.println("ready");
            answers.flush();
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                int tab = line.indexOf('\t');
                long start = System.nanoTime();
                Answer answer = answer(searcher, line.substring(0, tab), parse(analyzer, line.substring(tab + 1)));
                long took = System.nanoTime() - start;
                answers.println(answer == null ? "UNSUPPORTED" : answer.count + "\t" + took + "\t" + answer.best);
                answers.flush();
            }
        }
    }

    public static void main(String[] args) throws Exception {
        List<String> rest = List.of(args).subList(Math.min(args.length, 4), args.length);
        switch (args[0]) {
            case "build" -> build(args[1], Integer.parseInt(args[2]), Long.parseLong(args[3]), rest);
            case "reorder" -> reorder(args[1], args[2]);
            case "serve" -> serve(args[1]);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }
}
