/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bit-packing of 256 values in eight lanes, and prefix sums, in the compiler's vectors of eight lanes. One source is
 * compiled for several instruction sets: the portable one is what the architecture always has (SSE2 on x86-64, NEON on
 * ARM); the others are entered only where the processor says it has them. Prefix sum in a register by shifts and adds:
 * Hillis, Steele, "Data parallel algorithms", CACM 29(12), 1986.
 */
#include "indexer/format/kernels.h"

#include <stdatomic.h>
#include <string.h>

#if defined __x86_64__
#include <immintrin.h>
#endif

#include "indexer/base/cursor.h"
#include "indexer/format/codec.h"

typedef uint32_t lanes __attribute__((vector_size(OFSI_LANES * sizeof(uint32_t))));
typedef uint32_t half __attribute__((vector_size(4 * sizeof(uint32_t))));

#define INLINED static inline __attribute__((always_inline))

INLINED void load(const uint8_t *in, lanes *out) {
    memcpy(out, in, sizeof *out);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    for (unsigned lane = 0; lane < OFSI_LANES; lane++)
        (*out)[lane] = __builtin_bswap32((*out)[lane]);
#endif
}

INLINED void store(const lanes *words, uint8_t *out) {
    memcpy(out, words, sizeof *words);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    for (unsigned lane = 0; lane < OFSI_LANES; lane++) {
        uint32_t swapped = __builtin_bswap32((*words)[lane]);
        memcpy(out + lane * 4, &swapped, 4);
    }
#endif
}

INLINED uint32_t mask_of(unsigned width) { return width == 32 ? UINT32_MAX : (1U << width) - 1; }

/* With a constant width every shift is a constant, and a row takes three or four instructions. */
INLINED void unpack_width(const uint8_t *in, unsigned width, uint32_t *values) {
    const uint32_t mask = mask_of(width);
    lanes word;
    load(in, &word);
#pragma GCC unroll 32
    for (unsigned row = 0; row < OFSI_ROWS; row++) {
        unsigned bit = row * width, shift = bit % 32;
        lanes value = word >> shift;
        if (shift + width >= 32 && row + 1 < OFSI_ROWS) {
            load(in + (size_t)(bit / 32 + 1) * sizeof word, &word);
            if (shift + width > 32)
                value |= word << (32 - shift);
        }
        value &= mask;
        memcpy(values + (size_t)row * OFSI_LANES, &value, sizeof value);
    }
}

/* clang-format off */
#define EACH_WIDTH(X)                                                                                        \
    X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16)                   \
    X(17) X(18) X(19) X(20) X(21) X(22) X(23) X(24) X(25) X(26) X(27) X(28) X(29) X(30) X(31) X(32)
/* clang-format on */

INLINED void unpack(const uint8_t *in, unsigned width, uint32_t *values) {
    switch (width) {
#define X(w)                                                                                                 \
    case w:                                                                                                  \
        unpack_width(in, w, values);                                                                         \
        break;
        EACH_WIDTH(X)
#undef X
    default:
        memset(values, 0, OFSI_BLOCK * sizeof *values);
        break;
    }
}

INLINED void pack(const uint32_t *values, unsigned width, uint8_t *out) {
    const uint32_t mask = mask_of(width);
    lanes word = {0};
    for (unsigned row = 0; row < OFSI_ROWS && width; row++) {
        unsigned shift = row * width % 32;
        lanes value;
        memcpy(&value, values + (size_t)row * OFSI_LANES, sizeof value);
        value &= mask;
        word |= value << shift;
        if (shift + width < 32)
            continue;
        store(&word, out);
        out += sizeof word;
        word = shift + width > 32 ? value >> (32 - shift) : (lanes){0};
    }
}

/* Whether all gaps are so small that 256 of them with any first number below 2^31 stay below 2^32. */
INLINED bool are_small(const uint32_t *values) {
    lanes all = {0};
    for (unsigned row = 0; row < OFSI_ROWS; row++) {
        lanes value;
        memcpy(&value, values + (size_t)row * OFSI_LANES, sizeof value);
        all |= value;
    }
    uint32_t bits = 0;
    for (unsigned lane = 0; lane < OFSI_LANES; lane++)
        bits |= all[lane];
    return bits < 1U << 22;
}

/* The sum before a row grows by a whole row at a time, so that only one addition waits for the row above. */
INLINED bool sum_eights(uint32_t *values, uint32_t first) {
    if (first > INT32_MAX || !are_small(values))
        return false;
    const lanes zero = {0}, steps = {0, 1, 2, 3, 4, 5, 6, 7};
    lanes before = steps + first;
    for (unsigned row = 0; row < OFSI_ROWS; row++) {
        lanes sum;
        memcpy(&sum, values + (size_t)row * OFSI_LANES, sizeof sum);
        sum += __builtin_shufflevector(zero, sum, 0, 8, 9, 10, 11, 12, 13, 14);
        sum += __builtin_shufflevector(zero, sum, 0, 1, 8, 9, 10, 11, 12, 13);
        sum += __builtin_shufflevector(zero, sum, 0, 1, 2, 3, 8, 9, 10, 11);
        lanes total = __builtin_shufflevector(sum, sum, 7, 7, 7, 7, 7, 7, 7, 7) + OFSI_LANES;
        sum += before;
        memcpy(values + (size_t)row * OFSI_LANES, &sum, sizeof sum);
        before += total;
    }
    return true;
}

/* The same where registers have four lanes. */
INLINED bool sum_fours(uint32_t *values, uint32_t first) {
    if (first > INT32_MAX || !are_small(values))
        return false;
    const half zero = {0}, steps = {0, 1, 2, 3};
    half before = steps + first;
    for (unsigned i = 0; i < OFSI_BLOCK; i += 4) {
        half sum;
        memcpy(&sum, values + i, sizeof sum);
        sum += __builtin_shufflevector(zero, sum, 0, 4, 5, 6);
        sum += __builtin_shufflevector(zero, sum, 0, 1, 4, 5);
        half total = __builtin_shufflevector(sum, sum, 3, 3, 3, 3) + 4;
        sum += before;
        memcpy(values + i, &sum, sizeof sum);
        before += total;
    }
    return true;
}

INLINED uint32_t count_bits(const uint8_t *bits, uint32_t size) {
    uint32_t count = 0, at = 0;
    uint64_t word;
    for (; at + 64 <= size; at += 64) {
        memcpy(&word, bits + at / 8, sizeof word);
        count += (uint32_t)__builtin_popcountll(word);
    }
    if (at < size) {
        uint32_t left = size - at;
        word = 0;
        memcpy(&word, bits + at / 8, (left + 7) / 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        count += (uint32_t)__builtin_popcountll(word & ((UINT64_C(1) << left) - 1));
    }
    return count;
}

INLINED void rank_bits(const uint8_t *bits, uint32_t words, uint16_t *ranks) {
    uint32_t before = 0;
    for (uint32_t i = 0; i < words; i++) {
        ranks[i] = (uint16_t)before;
        before += (uint32_t)__builtin_popcountll(ofsi_load_u64(bits + (size_t)i * 8));
    }
}

/* ---- numbers of bits ---- */

INLINED void expand_one_by_one(const uint8_t *bits, uint32_t size, uint32_t first, uint32_t *numbers) {
    uint32_t n = 0;
    for (uint32_t from = 0; from < size; from += 64) {
        uint64_t left = ofsi_load_u64(bits + from / 8);
        if (size - from < 64)
            left &= (UINT64_C(1) << (size - from)) - 1;
        for (; left && n < OFSI_BLOCK; left &= left - 1)
            numbers[n++] = first + from + (uint32_t)__builtin_ctzll(left);
    }
}

#if defined __x86_64__
#define AVX2   __attribute__((target("avx2,bmi2,popcnt")))
#define AVX512 __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,bmi2,popcnt")))

/*
 * Eight bits at a time: 0 .. 7 as four bits each, of which those stay whose bit is set, are the order of the numbers. Bits
 * behind the end are dropped with the numbers behind the 256th.
 */
AVX2 static inline void expand_eights(const uint8_t *bits, uint32_t size, uint32_t first, uint32_t *numbers) {
    const __m256i shifts = _mm256_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28), low = _mm256_set1_epi32(15);
    uint32_t n = 0;
    for (uint32_t from = 0; from < size && n < OFSI_BLOCK; from += 8) {
        uint8_t byte = bits[from / 8];
        uint64_t spread = _pdep_u64(byte, UINT64_C(0x11111111)) * 15;
        int places = (int)_pext_u64(UINT64_C(0x76543210), spread);
        __m256i order = _mm256_and_si256(_mm256_srlv_epi32(_mm256_set1_epi32(places), shifts), low);
        __m256i found = _mm256_add_epi32(order, _mm256_set1_epi32((int)(first + from)));
        _mm256_storeu_si256((__m256i *)(void *)(numbers + n), found);
        n += (uint32_t)__builtin_popcount(byte);
    }
}

AVX512 static inline void expand_sixteens(const uint8_t *bits, uint32_t size, uint32_t first,
                                          uint32_t *numbers) {
    const __m512i steps = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    uint32_t n = 0;
    for (uint32_t from = 0; from < size && n < OFSI_BLOCK; from += 16) {
        uint16_t some;
        memcpy(&some, bits + from / 8, sizeof some);
        __m512i all = _mm512_add_epi32(steps, _mm512_set1_epi32((int)(first + from)));
        _mm512_storeu_si512(numbers + n, _mm512_maskz_compress_epi32(some, all));
        n += (uint32_t)__builtin_popcount(some);
    }
}
#endif

/* ---- candidates ---- */

INLINED void keep_one(ofsi_meeting *m, uint32_t index, bool found) {
    m->kept[m->found] = m->kept[m->from];
    m->indexes[m->found] = (uint8_t)index;
    m->found += found;
}

INLINED uint32_t meet_in_halves(ofsi_meeting *m, const uint32_t *block, uint32_t at) {
    for (; m->from < m->count && m->docs[m->kept[m->from]] <= m->last; m->from++) {
        uint32_t target = m->docs[m->kept[m->from]];
        at = ofsi_find_place(block, at, target);
        keep_one(m, at, block[at] == target);
    }
    return at;
}

INLINED void meet_bits(ofsi_meeting *m, const uint8_t *bits, uint32_t first, const uint16_t *ranks) {
    for (; m->from < m->count && m->docs[m->kept[m->from]] <= m->last; m->from++) {
        uint32_t doc = m->docs[m->kept[m->from]], bit = doc - first;
        if (doc < first)
            continue;
        uint64_t word = ofsi_load_u64(bits + (size_t)(bit / 64) * 8), mask = UINT64_C(1) << bit % 64;
        uint32_t index = ranks[bit / 64] + (uint32_t)__builtin_popcountll(word & (mask - 1));
        keep_one(m, index, (word & mask) != 0);
    }
}

#if defined __x86_64__
/* Documents ascend, so that how many of the next 16 are below the target is how far to go. */
AVX2 static inline uint32_t count_below_256(const uint32_t *docs, uint32_t target) {
    const __m256i flip = _mm256_set1_epi32(INT32_MIN); /* the comparison is of signed numbers */
    __m256i wanted = _mm256_xor_si256(_mm256_set1_epi32((int)target), flip);
    __m256i low = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)(const void *)docs), flip);
    __m256i high = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)(const void *)(docs + 8)), flip);
    int below = _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(wanted, low)));
    below |= _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(wanted, high))) << 8;
    return (uint32_t)__builtin_popcount((unsigned)below);
}

AVX512 static inline uint32_t count_below_512(const uint32_t *docs, uint32_t target) {
    __m512i wanted = _mm512_set1_epi32((int)target);
    return (uint32_t)__builtin_popcount(_mm512_cmplt_epu32_mask(_mm512_loadu_si512(docs), wanted));
}

#define MEET(name, flags, count_below)                                                                       \
    flags static inline uint32_t name(ofsi_meeting *m, const uint32_t *block, uint32_t at) {                 \
        for (; m->from < m->count && m->docs[m->kept[m->from]] <= m->last; m->from++) {                      \
            uint32_t target = m->docs[m->kept[m->from]], below = OFSI_POSTINGS_SLACK;                        \
            while (below == OFSI_POSTINGS_SLACK) {                                                           \
                below = count_below(block + at, target);                                                     \
                at += below;                                                                                 \
            }                                                                                                \
            keep_one(m, at, block[at] == target);                                                            \
        }                                                                                                    \
        return at;                                                                                           \
    }
MEET(meet_in_eights, AVX2, count_below_256)
MEET(meet_in_sixteens, AVX512, count_below_512)
#endif

/* ---- sets ---- */

/* One set of kernels; `flags` is the attribute of its functions, empty for the portable one. */
#define KERNELS(set, flags, sum, expand, meet)                                                               \
    flags static void set##_pack(const uint32_t *values, unsigned width, uint8_t *out) {                     \
        pack(values, width, out);                                                                            \
    }                                                                                                        \
    flags static void set##_unpack(const uint8_t *in, unsigned width, uint32_t *values) {                    \
        unpack(in, width, values);                                                                           \
    }                                                                                                        \
    flags static bool set##_sum_gaps(uint32_t *values, uint32_t first) { return sum(values, first); }        \
    flags static uint32_t set##_count_bits(const uint8_t *bits, uint32_t size) {                             \
        return count_bits(bits, size);                                                                       \
    }                                                                                                        \
    flags static void set##_rank_bits(const uint8_t *bits, uint32_t words, uint16_t *ranks) {                \
        rank_bits(bits, words, ranks);                                                                       \
    }                                                                                                        \
    flags static void set##_expand_bits(const uint8_t *bits, uint32_t size, uint32_t first,                  \
                                        uint32_t *numbers) {                                                 \
        expand(bits, size, first, numbers);                                                                  \
    }                                                                                                        \
    flags static uint32_t set##_meet_docs(ofsi_meeting *m, const uint32_t *block, uint32_t at) {             \
        return meet(m, block, at);                                                                           \
    }                                                                                                        \
    flags static void set##_meet_bits(ofsi_meeting *m, const uint8_t *bits, uint32_t first,                  \
                                      const uint16_t *ranks) {                                               \
        meet_bits(m, bits, first, ranks);                                                                    \
    }                                                                                                        \
    static const ofsi_kernels set##_kernels = {#set,                                                         \
                                               set##_pack,                                                   \
                                               set##_unpack,                                                 \
                                               set##_sum_gaps,                                               \
                                               set##_count_bits,                                             \
                                               set##_rank_bits,                                              \
                                               set##_expand_bits,                                            \
                                               set##_meet_docs,                                              \
                                               set##_meet_bits};

KERNELS(portable, , sum_fours, expand_one_by_one, meet_in_halves)
#if defined __x86_64__
KERNELS(sse41, __attribute__((target("sse4.1,popcnt"))), sum_fours, expand_one_by_one, meet_in_halves)
KERNELS(avx2, AVX2, sum_eights, expand_eights, meet_in_eights)
KERNELS(avx512, AVX512, sum_eights, expand_sixteens, meet_in_sixteens)

/* Every processor with SSE4.2 counts bits, and no other is taken for these sets. */
static bool has_sse41(void) { return __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("popcnt"); }

static bool has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}

static bool has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("popcnt");
}

const ofsi_kernels *ofsi_kernels_at(unsigned i) {
    switch (i) {
    case 0:
        return &portable_kernels;
    case 1:
        return has_sse41() ? &sse41_kernels : NULL;
    case 2:
        return has_avx2() ? &avx2_kernels : NULL;
    case 3:
        return has_avx512() ? &avx512_kernels : NULL;
    default:
        return NULL;
    }
}

static const ofsi_kernels *choose_kernels(void) {
    if (has_avx512())
        return &avx512_kernels;
    return has_avx2() ? &avx2_kernels : has_sse41() ? &sse41_kernels : &portable_kernels;
}

const ofsi_kernels *ofsi_kernels_best(void) {
    static _Atomic(const ofsi_kernels *) best; /* all that ask first choose the same */
    const ofsi_kernels *chosen = atomic_load_explicit(&best, memory_order_relaxed);
    if (!chosen) {
        chosen = choose_kernels();
        atomic_store_explicit(&best, chosen, memory_order_relaxed);
    }
    return chosen;
}
#else
const ofsi_kernels *ofsi_kernels_at(unsigned i) { return i == 0 ? &portable_kernels : NULL; }

const ofsi_kernels *ofsi_kernels_best(void) { return &portable_kernels; }
#endif
