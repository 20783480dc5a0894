# debian.cmake: cosynth and libcosynth-dev, as cpack makes them; run by scripts/package, which
# also says who is their maintainer.
set(doc ${CMAKE_INSTALL_DATAROOTDIR}/doc)
set(description "two parties turn one experiment into synthetic data and an A/B report")

string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC) # or SOURCE_DATE_EPOCH
configure_file(changelog.in changelog.Debian @ONLY)
foreach(package "cosynth runtime" "libcosynth-dev development")
    separate_arguments(package)
    list(POP_FRONT package name component)
    install_page(${CMAKE_CURRENT_BINARY_DIR}/changelog.Debian ${doc}/${name} ${component})
    install(FILES copyright DESTINATION ${doc}/${name} COMPONENT ${component})
    install(FILES ${name}.overrides RENAME ${name}
        DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides COMPONENT ${component})
endforeach()
get_property(compressed GLOBAL PROPERTY compressed)
add_custom_target(compressed_pages ALL DEPENDS ${compressed})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT ${CS_MAINTAINER})
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL runtime development)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

# Dependencies of the program are found in it. OpenBLAS has several builds under one name.
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME cosynth)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION science)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_DEPENDS libopenblas0-openmp)
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "${description}
One organisation knows who was treated, the other who converted, and neither
may show its rows. cosynth measures noisy tables over both under secure
two-party computation, and turns them into two synthetic data sets that fit
together row by row, and a report with intervals that know of the noise. What
is learned of a party's rows is differentially private.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libcosynth-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libsodium-dev, libssl-dev, \
libopenblas-openmp-dev, libcsv-dev, libyaml-dev, libutf8proc-dev, pkg-config")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "privacy accounts and synthetic data, for programs in C
The libraries that cosynth is made of, without the dialogues of two parties:
differential privacy and its accounting, noise, codes, fitted populations,
nets, and metrics of synthetic data. They are static, and their interface may
change with each version.")
include(CPack)
