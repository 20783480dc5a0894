# headers.cmake: copies the headers of crypto/ and model/ in ${sources} to ${made}, as other
# programs include them. Run by `cmake --install`, before what is made is installed.
file(REMOVE_RECURSE ${made})
file(GLOB headers RELATIVE ${sources} ${sources}/crypto/*.h ${sources}/model/*.h)
list(FILTER headers EXCLUDE REGEX "_parts\\.h$") # what two files of a subject share
foreach(header ${headers})
    file(READ ${sources}/${header} text)
    string(REGEX REPLACE "#include \"(crypto|model)/" "#include \"cosynth/\\1/" text "${text}")
    file(WRITE ${made}/cosynth/${header} "${text}")
endforeach()
