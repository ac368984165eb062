// Lane arithmetic that Swift's SIMD8<Double> does not turn into single instructions by itself.
// Every function is `static inline` over a vector that Swift imports as SIMD8<Double>; on CPUs without AVX-512 the
// portable form beside each one is used and gives the same bits within the ranges that Lanes.swift states.
#ifndef CLANES_H
#define CLANES_H

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#define CL_AVX512 1
#include <immintrin.h>
#endif

typedef double cl_f64x8 __attribute__((ext_vector_type(8)));
typedef long long cl_i64x8 __attribute__((ext_vector_type(8)));

#include <stddef.h>
#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

// Memory for vectors, aligned to 64 bytes; NULL where there is none. A piece of a quarter MiB or more has pages of 2 MiB to
// itself if the system has them: a kernel that walks through MiBs would else wait for the tables of its pages.
static inline void *cl_allocate(size_t bytes) {
    size_t large = (size_t)1 << 21;
    int is_large = bytes >= large / 8;
    size_t alignment = is_large ? large : 64;
    void *memory = aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    if (memory && is_large) madvise(memory, (bytes + large - 1) / large * large, MADV_HUGEPAGE);
#endif
    return memory;
}
static inline void cl_free(void *memory) { free(memory); }

// No vector crosses a call, so the width at which a CPU passes vectors doesn't matter.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"

#define CL_INLINE static inline __attribute__((always_inline))

CL_INLINE cl_f64x8 cl_sqrt(cl_f64x8 a) { return __builtin_elementwise_sqrt(a); }
CL_INLINE cl_f64x8 cl_abs(cl_f64x8 a) { return __builtin_elementwise_abs(a); }
CL_INLINE cl_f64x8 cl_neg(cl_f64x8 a) { return -a; }
CL_INLINE cl_f64x8 cl_fma(cl_f64x8 a, cl_f64x8 b, cl_f64x8 c) { return __builtin_elementwise_fma(a, b, c); }
CL_INLINE cl_f64x8 cl_fnma(cl_f64x8 a, cl_f64x8 b, cl_f64x8 c) { return __builtin_elementwise_fma(-a, b, c); }
CL_INLINE cl_f64x8 cl_fms(cl_f64x8 a, cl_f64x8 b, cl_f64x8 c) { return __builtin_elementwise_fma(a, b, -c); }
CL_INLINE cl_f64x8 cl_round(cl_f64x8 a) { return __builtin_elementwise_roundeven(a); }

// x where the comparison holds, else y; where a or b is NaN it doesn't hold.
CL_INLINE cl_f64x8 cl_select(cl_i64x8 m, cl_f64x8 x, cl_f64x8 y) {
    return (cl_f64x8)((m & (cl_i64x8)x) | (~m & (cl_i64x8)y));
}
CL_INLINE cl_f64x8 cl_where_less(cl_f64x8 a, cl_f64x8 b, cl_f64x8 x, cl_f64x8 y) {
    return cl_select((cl_i64x8)(a < b), x, y);
}
CL_INLINE cl_f64x8 cl_where_at_most(cl_f64x8 a, cl_f64x8 b, cl_f64x8 x, cl_f64x8 y) {
    return cl_select((cl_i64x8)(a <= b), x, y);
}
CL_INLINE cl_f64x8 cl_where_equal(cl_f64x8 a, cl_f64x8 b, cl_f64x8 x, cl_f64x8 y) {
    return cl_select((cl_i64x8)(a == b), x, y);
}

// The exponent k of x = 2^k m with sqrt(1/2) <= m < sqrt(2), and m, for normal x > 0.
CL_INLINE cl_i64x8 cl_exponent(cl_f64x8 x) { return ((cl_i64x8)x - 0x3fe6a09e667f3bcdLL) >> 52; }
CL_INLINE cl_f64x8 cl_mantissa(cl_f64x8 x) { return (cl_f64x8)((cl_i64x8)x - (cl_exponent(x) << 52)); }

// 1.5 x 2^52: an integer of magnitude below 2^51 added to it stands in the low bits of the sum.
#define CL_SHIFTER 0x1.8p52

#if defined(CL_AVX512)
CL_INLINE cl_f64x8 cl_min(cl_f64x8 a, cl_f64x8 b) { return (cl_f64x8)_mm512_min_pd((__m512d)a, (__m512d)b); }
CL_INLINE cl_f64x8 cl_max(cl_f64x8 a, cl_f64x8 b) { return (cl_f64x8)_mm512_max_pd((__m512d)a, (__m512d)b); }
CL_INLINE cl_i64x8 cl_to_i64(cl_f64x8 a) { return (cl_i64x8)_mm512_cvtpd_epi64((__m512d)a); }
CL_INLINE cl_f64x8 cl_from_i64(cl_i64x8 a) { return (cl_f64x8)_mm512_cvtepi64_pd((__m512i)a); }
CL_INLINE cl_f64x8 cl_scale(cl_f64x8 a, cl_f64x8 n) { return (cl_f64x8)_mm512_scalef_pd((__m512d)a, (__m512d)n); }
CL_INLINE cl_f64x8 cl_where_positive(cl_f64x8 w, cl_f64x8 a) {
    return (cl_f64x8)_mm512_maskz_mov_pd(_mm512_cmp_pd_mask((__m512d)w, _mm512_setzero_pd(), _CMP_GT_OQ), (__m512d)a);
}
#else
CL_INLINE cl_f64x8 cl_where_positive(cl_f64x8 w, cl_f64x8 a) { return (cl_f64x8)((cl_i64x8)(w > 0) & (cl_i64x8)a); }
CL_INLINE cl_f64x8 cl_min(cl_f64x8 a, cl_f64x8 b) { return cl_select((cl_i64x8)(a < b), a, b); }
CL_INLINE cl_f64x8 cl_max(cl_f64x8 a, cl_f64x8 b) { return cl_select((cl_i64x8)(a > b), a, b); }
CL_INLINE cl_i64x8 cl_to_i64(cl_f64x8 a) {
    cl_f64x8 shifter = CL_SHIFTER;
    return (cl_i64x8)(a + shifter) - (cl_i64x8)shifter;
}
CL_INLINE cl_f64x8 cl_from_i64(cl_i64x8 a) {
    cl_f64x8 shifter = CL_SHIFTER;
    return (cl_f64x8)(a + (cl_i64x8)shifter) - shifter;
}
// In two steps, since 2^1024 doesn't exist; the first is exact for 1/2 <= |a| <= 2, so that the result is rounded once.
CL_INLINE cl_f64x8 cl_scale(cl_f64x8 a, cl_f64x8 n) {
    cl_i64x8 whole = cl_to_i64(n), half = whole >> 1, bias = 1023;
    return a * (cl_f64x8)((half + bias) << 52) * (cl_f64x8)((whole - half + bias) << 52);
}
#endif

#pragma clang diagnostic pop

#endif
