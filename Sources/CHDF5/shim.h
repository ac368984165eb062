// What Swift doesn't import from HDF5: macros that call H5open or cast. Also zlib, which libhdf5-dev brings along.
#ifndef CHDF5_SHIM_H
#define CHDF5_SHIM_H

#include <hdf5.h>
#include <hdf5_hl.h>
#include <string.h>
#include <zlib.h>

static inline unsigned ch5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned ch5_read_write(void) { return H5F_ACC_RDWR; }
static inline unsigned ch5_truncate(void) { return H5F_ACC_TRUNC; }

static inline hid_t ch5_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t ch5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t ch5_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t ch5_dataset_create(void) { return H5P_DATASET_CREATE; }

static inline hid_t ch5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t ch5_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t ch5_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t ch5_native_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t ch5_float64(void) { return H5T_IEEE_F64LE; }
static inline hid_t ch5_int64(void) { return H5T_STD_I64LE; }
static inline hid_t ch5_int32(void) { return H5T_STD_I32LE; }
static inline hid_t ch5_uint8(void) { return H5T_STD_U8LE; }
static inline hid_t ch5_bare_dimension(void) { return H5T_IEEE_F32BE; }
static inline hid_t ch5_c_string(void) { return H5T_C_S1; }
static inline size_t ch5_variable_length(void) { return H5T_VARIABLE; }

static inline unsigned ch5_tracked_order(void) { return H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED; }

// Keeps what the library remembers of a file's structure within these bytes, however many chunks it has.
static inline herr_t ch5_limit_metadata(hid_t access, size_t bytes) {
    H5AC_cache_config_t config;
    config.version = H5AC__CURR_CACHE_CONFIG_VERSION;
    if (H5Pget_mdc_config(access, &config) < 0) return -1;
    config.set_initial_size = 1;
    config.initial_size = bytes;
    config.min_size = bytes;
    config.max_size = bytes;
    config.incr_mode = H5C_incr__off;
    config.flash_incr_mode = H5C_flash_incr__off;
    config.decr_mode = H5C_decr__off;
    return H5Pset_mdc_config(access, &config);
}

static inline herr_t ch5_silence(void) { return H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

typedef struct {
    char *text;
    size_t room;
} ch5_message;

static inline herr_t ch5_first(unsigned n, const H5E_error2_t *error, void *data) {
    ch5_message *message = (ch5_message *)data;
    if (n == 0 && error->desc != NULL) {
        strncpy(message->text, error->desc, message->room - 1);
        message->text[message->room - 1] = 0;
    }
    return 0;
}

// The innermost message of the calling thread's error stack, at most room - 1 bytes.
static inline void ch5_last_message(char *text, size_t room) {
    ch5_message message = {text, room};
    text[0] = 0;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, ch5_first, &message);
    H5Eclear2(H5E_DEFAULT);
}

// The bytes of an array of 8-byte numbers, regrouped: all first bytes, all second bytes ... as HDF5's shuffle does.
static inline void ch5_shuffle8(const unsigned char *from, unsigned char *to, size_t count) {
    for (size_t byte = 0; byte < 8; byte++)
        for (size_t i = 0; i < count; i++) to[byte * count + i] = from[i * 8 + byte];
}

// What the compiler was told about the CPU: identical builds on the same class give identical bits.
static inline const char *ch5_cpu_class(void) {
#if defined(__AVX512F__)
    return "x86_64-avx512";
#elif defined(__AVX2__) && defined(__FMA__)
    return "x86_64-avx2";
#elif defined(__x86_64__)
    return "x86_64";
#elif defined(__aarch64__)
    return "aarch64";
#else
    return "other";
#endif
}

#endif
