# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The analyzer as a part of a Bazel build.

WORKSPACE:
    local_repository(name = "refcycle_rules", path = "/usr/share/refcycle/bazel")
    load("@refcycle_rules//:refcycle.bzl", "refcycle_repository")
    refcycle_repository(name = "refcycle")

BUILD:
    load("@refcycle_rules//:refcycle.bzl", "refcycle_test")
    refcycle_test(name = "cycles", targets = ["//app"])

An aspect walks the C++ targets that these depend on. The facts of each
translation unit are an action of their own, with its headers as inputs, so
Bazel sandboxes, caches and distributes it as it does a compilation; what links
them is the test.
"""

load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")
load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "CPP_COMPILE_ACTION_NAME")

RefcycleFacts = provider(
    "Ownership facts of a target.",
    fields = {"facts": "depset of files: of the target and of all it depends on"},
)

_SOURCES = ["cc", "cpp", "cxx", "c++", "C"]
_HEADERS = ["h", "hh", "hpp", "hxx", "h++", "inc", "inl"]

def _repository(repository):
    program = repository.attr.program or repository.which("refcycle")
    if not program:
        fail("refcycle is not installed; say program = \"/path/to/refcycle\"")
    repository.symlink(program, "refcycle")
    repository.file("BUILD.bazel", "exports_files([\"refcycle\"])\n")

refcycle_repository = repository_rule(
    implementation = _repository,
    doc = "Makes the installed program known as @refcycle//:refcycle.",
    attrs = {"program": attr.string(doc = "Absolute path; else searched in PATH.")},
    environ = ["PATH"],
    local = True,
)

def _compile_flags(ctx, context):
    """What the C++ toolchain would tell the compiler about a source."""
    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    options = getattr(ctx.rule.attr, "copts", [])
    variables = cc_common.create_compile_variables(
        feature_configuration = features,
        cc_toolchain = toolchain,
        user_compile_flags = ctx.fragments.cpp.copts + ctx.fragments.cpp.cxxopts + [
            ctx.expand_make_variables("copts", option, {})
            for option in options
        ],
        include_directories = context.includes,
        quote_include_directories = context.quote_includes,
        system_include_directories = context.system_includes,
        preprocessor_defines = depset(transitive = [context.defines, context.local_defines]),
    )
    return cc_common.get_memory_inefficient_command_line(
        feature_configuration = features,
        action_name = CPP_COMPILE_ACTION_NAME,
        variables = variables,
    )

def _files(ctx, attribute, extensions):
    return [
        file
        for target in getattr(ctx.rule.attr, attribute, [])
        for file in target.files.to_list()
        if file.extension in extensions
    ]

# $1 tool, $2 file with the names of all headers, $3 file for the unused ones of
# them, $4 facts, then the source and the compiler's options. Headers that a source
# may include but does not are no inputs: changing them repeats nothing.
_EXTRACT = """
set -eu
"$1" extract --quiet --project-root=. --depfile="$3.d" -o "$4" "${@:5}"
sed -e 's/ *\\\\$//' -e 's/^ *//' -e "s,^$PWD/,," "$3.d" | LC_ALL=C sort -u >"$3.used"
LC_ALL=C sort -u "$2" | LC_ALL=C comm -23 - "$3.used" >"$3"
rm "$3.d" "$3.used"
"""

def _extract(ctx, source, context, flags):
    prefix = "{}.refcycle/{}".format(ctx.label.name, source.basename)
    facts = ctx.actions.declare_file(prefix + ".facts")
    unused = ctx.actions.declare_file(prefix + ".unused")
    listing = ctx.actions.declare_file(prefix + ".headers")
    headers = depset(_files(ctx, "srcs", _HEADERS), transitive = [context.headers])
    names = ctx.actions.args()
    names.add_all(headers)
    names.set_param_file_format("multiline")
    ctx.actions.write(listing, names)

    arguments = ctx.actions.args()
    arguments.add_all(["-c", _EXTRACT, "extract", ctx.executable._refcycle, listing, unused, facts, source, "--"])
    arguments.add_all(flags)
    ctx.actions.run(
        executable = "/bin/bash",
        arguments = [arguments],
        inputs = depset([source, listing], transitive = [headers]),
        tools = [ctx.executable._refcycle],
        outputs = [facts, unused],
        unused_inputs_list = unused,
        mnemonic = "RefcycleExtract",
        progress_message = "Extracting ownership facts of %s" % source.short_path,
    )
    return facts

def _aspect(target, ctx):
    inherited = [
        dependency[RefcycleFacts].facts
        for dependency in getattr(ctx.rule.attr, "deps", [])
        if RefcycleFacts in dependency
    ]
    own = []
    if CcInfo in target or ctx.rule.kind in ["cc_binary", "cc_test"]:
        context = _context_of(target, ctx)
        flags = _compile_flags(ctx, context)
        own = [_extract(ctx, source, context, flags) for source in _files(ctx, "srcs", _SOURCES)]
    return [RefcycleFacts(facts = depset(own, transitive = inherited))]

def _context_of(target, ctx):
    """Binaries of some versions tell what their dependencies tell only."""
    if CcInfo in target:
        return target[CcInfo].compilation_context
    infos = [d[CcInfo] for d in ctx.rule.attr.deps if CcInfo in d]
    definitions = depset(getattr(ctx.rule.attr, "defines", []) + getattr(ctx.rule.attr, "local_defines", []))
    own = CcInfo(compilation_context = cc_common.create_compilation_context(
        defines = definitions,
        quote_includes = depset([".", ctx.bin_dir.path]),
    ))
    return cc_common.merge_cc_infos(cc_infos = [own] + infos).compilation_context

refcycle_aspect = aspect(
    implementation = _aspect,
    doc = "Extracts the facts of C++ targets and of all they depend on.",
    attr_aspects = ["deps"],
    attrs = {
        "_refcycle": attr.label(
            default = "@refcycle//:refcycle",
            executable = True,
            allow_single_file = True,
            cfg = "exec",
        ),
        "_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
    },
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)

def _quoted(word):
    return "'" + word.replace("'", "'\\''") + "'"

def _test(ctx):
    facts = depset(transitive = [target[RefcycleFacts].facts for target in ctx.attr.targets])
    listing = ctx.actions.declare_file(ctx.label.name + ".facts.txt")
    ctx.actions.write(listing, "".join([file.short_path + "\n" for file in facts.to_list()]))
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(script, "#!/bin/sh\nexec {} link {} @{}\n".format(
        ctx.executable._refcycle.short_path,
        " ".join([_quoted(option) for option in ctx.attr.options]),
        listing.short_path,
    ), is_executable = True)
    runfiles = ctx.runfiles(files = [listing, ctx.executable._refcycle], transitive_files = facts)
    return [DefaultInfo(executable = script, runfiles = runfiles)]

refcycle_test = rule(
    implementation = _test,
    doc = "Fails, with the report, if the targets together build a reference cycle.",
    test = True,
    attrs = {
        "targets": attr.label_list(aspects = [refcycle_aspect], mandatory = True),
        "options": attr.string_list(doc = "Options of refcycle link."),
        "_refcycle": attr.label(
            default = "@refcycle//:refcycle",
            executable = True,
            allow_single_file = True,
            cfg = "target",
        ),
    },
)
