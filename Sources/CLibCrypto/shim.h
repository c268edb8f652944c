#ifndef CATALINK_LIBCRYPTO_SHIM_H
#define CATALINK_LIBCRYPTO_SHIM_H
#include <openssl/evp.h>
#endif
