/* page_assets.h: what every page carries within itself, byte for byte as in the files
 * that the build embeds (scripts/embed.cmake): party/page.css, party/page.js, and D3
 * behind its licence.
 */
#ifndef CS_PARTY_PAGE_ASSETS_H
#define CS_PARTY_PAGE_ASSETS_H

#include <stddef.h>

extern const unsigned char cs_page_css[], cs_page_js[], cs_page_d3[];
extern const size_t cs_page_css_bytes, cs_page_js_bytes, cs_page_d3_bytes;

#endif
