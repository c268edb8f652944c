#ifndef CATALINK_LIBYAML_SHIM_H
#define CATALINK_LIBYAML_SHIM_H
#include <yaml.h>
#endif
