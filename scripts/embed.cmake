# embed.cmake: files as arrays of C, which hold them byte for byte. Run by the build:
#
#     cmake -DOUT=assets.c -DHEADER=party/page_assets.h -DARRAY=NAME -DFILES="a;b" -P embed.cmake
#
# makes `const unsigned char NAME[]`, the files one behind the other, and `NAME_bytes`.
set(hex "")
foreach(file ${FILES})
    file(READ ${file} more HEX)
    string(APPEND hex "${more}")
endforeach()
string(LENGTH "${hex}" n)
math(EXPR n "${n} / 2")
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
file(WRITE ${OUT} "#include \"${HEADER}\"\n\nconst unsigned char ${ARRAY}[] = {\n${hex}\n};\n"
    "const size_t ${ARRAY}_bytes = ${n};\n")
