# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# cmake -D IN=file -D OUT=file -P EmbedText.cmake
# Writes the text of IN to OUT as a C++ raw string literal. No path goes in.

file(READ ${IN} text)
file(WRITE ${OUT} "R\"presets(${text})presets\"\n")
