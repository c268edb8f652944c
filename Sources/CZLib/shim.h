#ifndef CATALINK_ZLIB_SHIM_H
#define CATALINK_ZLIB_SHIM_H
#include <zlib.h>
#endif
