/* version.h: which program this is. The version is that of CMakeLists.txt; the build
 * defines it, as CS_VERSION.
 */
#ifndef CS_PARTY_VERSION_H
#define CS_PARTY_VERSION_H

/* The revision of the sources, as git or an archive of git's tells it; empty if neither
 * does. The build writes it (scripts/revision.cmake), for the program alone. */
extern const char cs_revision[];

#endif
