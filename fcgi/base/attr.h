/*
 * base/attr.h - the few compiler attributes and macros the house uses
 */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

#define PRINTF_(fmt, first) __attribute__((format(printf, fmt, first)))
#define MUST_USE_ __attribute__((warn_unused_result))
#define CLEANUP_(fn) __attribute__((cleanup(fn)))
#define UNUSED_ __attribute__((unused))
#define NORETURN_ __attribute__((noreturn))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
