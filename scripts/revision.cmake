# revision.cmake: the revision of the sources as a file of C. Run by each build; writes
# only what changes:
#
#     cmake -DOUT=revision.c -P revision.cmake
cmake_minimum_required(VERSION 3.25)

# In an archive that git made, git put the revision in place of what stands between dollars.
set(revision "$Format:%h$")
if(NOT revision MATCHES "^[0-9a-f]+$")
    execute_process(COMMAND git describe --always --dirty --abbrev=12 --exclude=*
        WORKING_DIRECTORY ${CMAKE_CURRENT_LIST_DIR} OUTPUT_VARIABLE revision
        OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
file(CONFIGURE OUTPUT ${OUT} @ONLY CONTENT
    "#include \"party/version.h\"\n\nconst char cs_revision[] = \"@revision@\";\n")
