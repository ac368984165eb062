// Whether this machine has the instructions that the program was compiled for.
#ifndef CLANES_CPU_H
#define CLANES_CPU_H

/// The first instruction set that was compiled in and that the CPU lacks; NULL where it has them all.
static inline const char *cl_missing_instructions(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
#if defined(__FMA__)
    if (!__builtin_cpu_supports("fma")) return "FMA";
#endif
#if defined(__AVX2__)
    if (!__builtin_cpu_supports("avx2")) return "AVX2";
#endif
#if defined(__BMI2__)
    if (!__builtin_cpu_supports("bmi2")) return "BMI2";
#endif
#if defined(__AVX512F__)
    if (!__builtin_cpu_supports("avx512f")) return "AVX-512F";
#endif
#if defined(__AVX512DQ__)
    if (!__builtin_cpu_supports("avx512dq")) return "AVX-512DQ";
#endif
#if defined(__AVX512BW__)
    if (!__builtin_cpu_supports("avx512bw")) return "AVX-512BW";
#endif
#if defined(__AVX512VL__)
    if (!__builtin_cpu_supports("avx512vl")) return "AVX-512VL";
#endif
#endif
    return 0;
}

/// The widest instruction set that was compiled in.
static inline const char *cl_compiled_instructions(void) {
#if defined(__AVX512F__)
    return "AVX-512";
#elif defined(__AVX2__) && defined(__FMA__)
    return "AVX2 and FMA";
#elif defined(__x86_64__)
    return "SSE2";
#elif defined(__aarch64__)
    return "NEON";
#else
    return "none";
#endif
}

#endif
