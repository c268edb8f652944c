#ifndef CATALINK_LIBXML2_SHIM_H
#define CATALINK_LIBXML2_SHIM_H
// Debian's libxml2 headers include the system's ICU, whose UErrorCode differs from the one inside Foundation;
// one program cannot import both, and nothing here needs ICU.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <libxml/SAX2.h>
#endif
