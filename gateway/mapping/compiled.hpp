// A mapping file after loading: a flat list of fields with everything resolved.
#pragma once

#include "gateway/core/time.hpp"
#include "gateway/mapping/codes.hpp"
#include "gateway/mapping/mapping.hpp"
#include "gateway/mapping/paths.hpp"
#include "gateway/mapping/time_forms.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gw::mapping {

enum class Wire { json, xml };
enum class FieldKind {
    text,
    code,
    boolean,
    integer,
    money,
    percent,
    timestamp,
    date,
    phone,
    json_text,
    list
};
/// What is written for a value that is missing. exact: missing stays missing, null is nil, empty is
/// empty.
enum class Empty { text, omit, nil, exact };
/// JSON type of the written value.
enum class JsonForm { text, number, boolean };

/// A code list with its name and how it may be spoken of.
struct NamedCodes {
    std::string name;
    CodeList list;
    bool personal = false;  // the code itself may say something about a person: never in messages
};

struct Condition {
    enum class Test { in, not_in, present, absent };
    Test test = Test::in;
    bool of_context = false;
    Path path;
    std::vector<std::string> values;
};
using Conditions = std::vector<Condition>;  // all must hold

struct CompiledField {
    int line = 0;
    bool out = true, in = true;
    std::vector<std::string> profiles;  // empty = all

    bool has_wire = false;
    std::vector<std::string> wire;  // names on the way; empty with has_wire = the value itself
    std::string wire_text;          // as written, for messages
    bool from_document = false;     // wire path starts at the document, not at the file's root

    std::vector<Path>
        canonical;  // first that has a value is taken; the first is written when reading
    std::optional<Path> context;
    std::optional<Path> key;  // canonical path whose value names the member of `context`
    std::optional<std::string> constant, absent_means;

    FieldKind kind = FieldKind::text;
    std::vector<TimeForm> forms;  // of dates: from the most to the least exact
    std::string yes = "1", no = "0";
    std::vector<std::shared_ptr<const NamedCodes>> codes;  // one after the other
    std::size_t length_max = 0;
    bool truncate_marked = false;
    Empty empty = Empty::text;
    bool empty_is_own = false;
    JsonForm form = JsonForm::text;
    bool required = false, required_in = false;
    std::vector<Conditions> required_when;  // any of them
    Conditions only_when, item_when;
    bool same_wire = false;  // another way to fill the wire field of the entry before
    std::vector<CompiledField> items;
};

struct Mapping::Impl {
    std::string name, version, file;
    int line = 0;
    std::optional<core::Day> from, to;
    Wire wire = Wire::json;
    bool out = true, in = true;
    std::vector<std::string> profiles;
    std::vector<std::pair<std::string, std::string>> prefixes;  // namespace, prefix
    std::vector<std::string> root;                              // wire path of the root
    std::optional<Path> omit_when;  // context switch: empty text becomes omit
    std::vector<CompiledField> fields;
};

/// Runs a loaded mapping (Mapping::encode and decode).
core::Result<core::Document> encode_with(
    const Mapping::Impl& plan,
    core::Day day,
    const core::Document& canonical,
    const Context& context
);
core::Result<core::Document> decode_with(
    const Mapping::Impl& plan,
    core::Day day,
    const core::Document& wire,
    const Context& context,
    std::vector<std::string>* unmapped
);
/// True when the conditions hold. `item` is the value that paths start from, `root` the whole
/// document.
bool holds(
    const Conditions& conditions,
    const core::Document& item,
    const core::Document& root,
    const Context& context
);
bool in_profile(const CompiledField& field, const Context& context);

}  // namespace gw::mapping
