// What the rp2 port's mbedtls has of AES and SHA-256 (extmod/mbedtls/mbedtls_config_common.h), and nothing else.
#define MBEDTLS_AES_C
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_CIPHER_MODE_CBC
#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA256_SMALLER
