// Lane arithmetic that Swift's SIMD8<Double> does not turn into single instructions by itself.
// Every function is `static inline` over a vector that Swift imports as SIMD8<Double>; on CPUs without AVX-512 the
// portable form beside each one is used.
#ifndef CLANES_H
#define CLANES_H

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

typedef double cl_f64x8 __attribute__((ext_vector_type(8)));
typedef long long cl_i64x8 __attribute__((ext_vector_type(8)));

#define CL_INLINE static inline __attribute__((always_inline))

CL_INLINE cl_f64x8 cl_sqrt(cl_f64x8 a) { return __builtin_elementwise_sqrt(a); }
CL_INLINE cl_f64x8 cl_abs(cl_f64x8 a) { return __builtin_elementwise_abs(a); }
CL_INLINE cl_f64x8 cl_neg(cl_f64x8 a) { return -a; }
CL_INLINE cl_f64x8 cl_fma(cl_f64x8 a, cl_f64x8 b, cl_f64x8 c) { return __builtin_elementwise_fma(a, b, c); }
CL_INLINE cl_f64x8 cl_fnma(cl_f64x8 a, cl_f64x8 b, cl_f64x8 c) { return __builtin_elementwise_fma(-a, b, c); }

#if defined(__AVX512F__)
CL_INLINE cl_f64x8 cl_min(cl_f64x8 a, cl_f64x8 b) { return (cl_f64x8)_mm512_min_pd((__m512d)a, (__m512d)b); }
CL_INLINE cl_f64x8 cl_max(cl_f64x8 a, cl_f64x8 b) { return (cl_f64x8)_mm512_max_pd((__m512d)a, (__m512d)b); }
#else
CL_INLINE cl_f64x8 cl_min(cl_f64x8 a, cl_f64x8 b) {
    cl_i64x8 m = (cl_i64x8)(a < b);
    return (cl_f64x8)((m & (cl_i64x8)a) | (~m & (cl_i64x8)b));
}
CL_INLINE cl_f64x8 cl_max(cl_f64x8 a, cl_f64x8 b) {
    cl_i64x8 m = (cl_i64x8)(a > b);
    return (cl_f64x8)((m & (cl_i64x8)a) | (~m & (cl_i64x8)b));
}
#endif

#endif
