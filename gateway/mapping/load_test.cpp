// Loading: everything that is wrong is said at once, with file, line, column and remedy.
#include "gateway/formats/json.hpp"
#include "tests/kit/mapping_files.hpp"

using namespace gw::mapping;
using namespace gw::mapping::test;
using gw::core::Document;

namespace {
std::string head(const std::string& message = "M", const std::string& from = "2026-01-01") {
    return "partner = \"p\"\nmessage = \"" + message + "\"\nversion = \"1\"\nvalid_from = \"" +
           from + "\"\n";
}
constexpr const char* one_field = "[[field]]\nwire = \"A\"\ncanonical = \"/a\"\n";

std::string said(const Folder& folder) {
    std::vector<Problem> problems;
    const auto library = folder.load(problems);
    CHECK(library.has_value() == problems.empty());
    return all(problems);
}
std::string said_of(const std::string& text) {
    return said({{{"p/M.toml", text}}});
}
bool has(const std::string& text, const std::string& part) {
    const bool found = text.find(part) != std::string::npos;
    if (!found) MESSAGE(text);
    return found;
}
Mapping mapping_of(const std::string& text, const std::string& codes = "") {
    std::vector<Problem> problems;
    Folder folder{{{"p/M.toml", text}}};
    if (!codes.empty()) folder.files["p/codes.toml"] = codes;
    const auto library = folder.load(problems);
    INFO(all(problems));
    REQUIRE(library.has_value());
    return library->find("p/M", day(2026, 6, 1)).value();
}
Document json(std::string_view text) {
    return gw::formats::read_json(text).value();
}
}  // namespace

TEST_CASE("loader: a good file says nothing") {
    CHECK(said_of(head() + one_field) == "");
}

TEST_CASE("loader: all problems of a file at once, each with its place") {
    const std::string text = said_of(
        head() + "wier = \"json\"\n" +
        "[[field]]\nwire = \"A\"\ncanonical = \"/a\"\nrequird = true\n" +
        "[[field]]\nwire = \"B\"\ncanonical = \"b\"\n" + "[[field]]\nwire = \"C\"\n" +
        "[[field]]\nwire = \"D\"\ncanonical = \"/d\"\ntype = \"cod\"\n" +
        "[[field]]\nwire = \"E\"\ncanonical = \"/e\"\ntype = \"code\"\ncodes = \"nowhere\"\n" +
        "[[field]]\nwire = \"F\"\ncanonical = \"/f\"\nrequired = { path = \"/x\" }\n" +
        "[[field]]\nwire = \"G\"\ncanonical = \"/g\"\nover = \"cut\"\n"
    );
    CHECK(has(text, "p/M.toml:5:1: unknown key 'wier'; did you mean 'wire'?"));
    CHECK(has(text, "p/M.toml:9:1: unknown key 'requird'; did you mean 'required'?"));
    CHECK(has(text, "'b' is no path; write \"/dossier/code\""));
    CHECK(has(text, "give exactly one of canonical, context and constant"));
    CHECK(has(text, "'type' is \"cod\"; use one of: text, code"));
    CHECK(has(text, "unknown code list 'p.nowhere'; declare it in codes.toml"));
    CHECK(has(text, "a condition is { path ="));
    CHECK(has(text, "'over' is \"cut\"; use one of: refuse, truncate_marked"));
}

TEST_CASE("loader: what is no TOML is refused with its place") {
    CHECK(has(said_of("partner = \"p\nmessage = 1\n"), "p/M.toml:1:"));
    CHECK(has(said_of("partner = \"p\nmessage = 1\n"), "is a closing quote missing?"));
    CHECK(has(said_of("a = 1\na = 2\n"), "p/M.toml:2:"));
    CHECK(has(said_of(""), "'partner' is missing"));
}

TEST_CASE("loader: versions neither overlap nor leave a gap") {
    const auto two = [](const std::string& first_to, const std::string& second_from) {
        return said(
            {{{"p/M.toml", head() + "valid_to = \"" + first_to + "\"\n" + one_field},
              {"p/M.next.toml", head("M", second_from) + one_field}}}
        );
    };
    CHECK(two("2026-06-30", "2026-07-01") == "");
    CHECK(
        has(two("2026-06-30", "2026-06-30"),
            "p/M: overlaps with p/M.toml; end that one before 2026-06-30")
    );
    CHECK(
        has(two("2026-06-30", "2026-07-03"),
            "p/M: no version between 2026-06-30 (p/M.toml) and 2026-07-03; close the gap")
    );
    CHECK(has(
        said({{{"p/M.toml", head() + one_field}, {"p/N.toml", head("M", "2026-07-01") + one_field}}}
        ),
        "overlaps"
    ));
    CHECK(
        has(said_of(head() + "valid_to = \"2025-12-31\"\n" + one_field),
            "'valid_to' lies before 'valid_from'")
    );
}

TEST_CASE("loader: the version of the asked day is found, outside of all there is none") {
    std::vector<Problem> problems;
    const Folder folder{
        {{"p/M.toml", head() + "valid_to = \"2026-06-30\"\n" + one_field},
         {"p/M.next.toml",
          "partner = \"p\"\nmessage = \"M\"\nversion = \"2\"\nvalid_from = \"2026-07-01\"\n" +
              std::string(one_field)}}};
    const auto library = folder.load(problems);
    REQUIRE(library.has_value());
    CHECK(library->find("p/M", day(2026, 6, 30))->version() == "1");
    CHECK(library->find("p/M", day(2026, 7, 1))->version() == "2");
    const auto none = library->find("p/M", day(2025, 12, 31));
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().code == "mapping_missing");
    CHECK(none.error().advice == gw::core::Advice::hold);
    CHECK(library->codes("p.none").error().code == "codes.unknown");
}

TEST_CASE("loader: canonical paths are checked against the model") {
    const std::string types = "[types]\n\"/dossier\" = \"Dossier\"\n";
    const auto with = [&](const std::string& path, const std::string& more = "") {
        return said_of(
            head() + types + "[[field]]\nwire = \"A\"\ncanonical = \"" + path + "\"\n" + more
        );
    };
    CHECK(with("/dossier/owner/identities/0/number") == "");
    CHECK(with("/dossier/other_codes[system=x]/code") == "");
    CHECK(with("/dossier/other_info/anything/at/all") == "");
    CHECK(has(with("/dossier/ownr/full_name"), "Dossier has no 'ownr'; did you mean 'owner'?"));
    CHECK(
        has(with("/dossier/owner/identities/0/nummer"),
            "Identity has no 'nummer'; did you mean 'number'?")
    );
    CHECK(has(with("/progress/at"), "path '/progress/at' begins with nothing of [types]"));
    CHECK(has(with("/dossier/code/x"), "nothing can follow before 'x'"));
    CHECK(
        has(with(
                "/dossier/summary",
                "type = \"list\"\n[[field.item]]\nwire = \"B\"\ncanonical = \"/b\"\n"
            ),
            "is no list in the model")
    );
}

TEST_CASE("loader: a wire field stands once, or its entries together with conditions") {
    const std::string conditional = "only_when = { path = \"/k\", in = [\"1\"] }\n";
    CHECK(has(said_of(head() + one_field + one_field), "wire field 'A' stands twice"));
    CHECK(said_of(head() + one_field + conditional + one_field) == "");
    CHECK(
        has(said_of(
                head() + one_field + conditional + "[[field]]\nwire = \"B\"\ncanonical = \"/b\"\n" +
                one_field
            ),
            "stands twice")
    );
}

TEST_CASE("loader: a text field holds no other field") {
    const std::string inner = "[[field]]\nwire = \"A/B\"\ncanonical = \"/b\"\n";
    CHECK(has(said_of(head() + one_field + inner), "stands inside 'A', which holds a text (line 5)")
    );
    CHECK(said_of(head() + "[[field]]\nwire = \"A/#text\"\ncanonical = \"/a\"\n" + inner) == "");
}

TEST_CASE("NP-32 F-36 mapping: a value without a place is held, never dropped") {
    const Mapping mapping =
        mapping_of(head() + one_field + "[[field]]\nwire = \"B\"\ncanonical = \"/a/b\"\n");
    const auto result = mapping.decode(json(R"({"A":"x","B":"y"})"), Document::object());
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == "mapping.format");
}

TEST_CASE("mapping: the first entry of a wire field whose conditions hold is meant") {
    const Mapping mapping = mapping_of(
        head() +
        "[[field]]\nwire = \"A\"\nconstant = \"c\"\nonly_when = { path = \"/k\", in = [\"1\", "
        "\"2\"] }\n" +
        one_field
    );
    const auto write = [&](std::string_view text) {
        return gw::formats::write_json(mapping.encode(json(text), Document::object()).value());
    };
    CHECK(write(R"({"a":"x","k":"2"})") == R"({"A":"c"})");
    CHECK(write(R"({"a":"x","k":"3"})") == R"({"A":"x"})");
    CHECK(write(R"({"k":"3"})") == R"({"A":""})");
    CHECK(
        gw::formats::write_json(mapping.decode(json(R"({"A":"c"})"), Document::object()).value()) ==
        "{}"
    );
    CHECK(
        gw::formats::write_json(mapping.decode(json(R"({"a":"x"})"), Document::object()).value()) ==
        R"({"a":"x"})"
    );
}

TEST_CASE("mapping: a personal code is never named in a refusal") {
    const std::string fields =
        "[[field]]\nwire = \"A\"\ncanonical = \"/a\"\ntype = \"code\"\ncodes = \"l\"\n";
    const std::string row = "also = [{ code = \"1\", value = \"one\", direction = \"both\" }]\n";
    const auto open = mapping_of(head() + fields, "[list.l]\n" + row)
                          .encode(json(R"({"a":"secret-7"})"), Document::object());
    const auto closed = mapping_of(head() + fields, "[list.l]\npersonal = true\n" + row)
                            .encode(json(R"({"a":"secret-7"})"), Document::object());
    REQUIRE_FALSE(open.has_value());
    REQUIRE_FALSE(closed.has_value());
    CHECK(open.error().code == "code_unmapped");
    CHECK(has(open.error().what, "p/M: A (/a) no row in code list 'p.l' for 'secret-7'"));
    CHECK(closed.error().what.find("secret") == std::string::npos);
}

TEST_CASE("F-228 mapping: unknown codes that come in are kept raw and listed, or held") {
    const Mapping mapping = mapping_of(
        head() + "[[field]]\nwire = \"A\"\ncanonical = \"/x/a\"\ntype = \"code\"\ncodes = \"l\"\n",
        "[list.l]\nalso = [{ code = \"1\", value = \"one\", direction = \"both\" }]\n"
    );
    std::vector<std::string> unmapped;
    const auto kept = mapping.decode(json(R"({"A":"9"})"), Document::object(), &unmapped);
    REQUIRE(kept.has_value());
    CHECK(gw::formats::write_json(*kept) == R"({"x":{"a_raw":"9"}})");
    CHECK(unmapped.size() == 1);
    const auto held = mapping.decode(json(R"({"A":"9"})"), Document::object());
    REQUIRE_FALSE(held.has_value());
    CHECK(held.error().advice == gw::core::Advice::hold);
}

TEST_CASE("mapping: numbers and flags can be written as JSON's own") {
    const Mapping mapping = mapping_of(
        head() +
        "[[field]]\nwire = \"N\"\ncanonical = \"/n\"\ntype = \"money\"\njson = \"number\"\n"
        "[[field]]\nwire = \"Y\"\ncanonical = \"/y\"\ntype = \"boolean\"\njson = \"boolean\"\n"
        "[[field]]\nwire = \"O/P\"\ncanonical = \"/p\"\ntype = \"percent\"\n"
    );
    const Document canonical = json(R"({"n":16000,"y":true,"p":7})");
    const auto wire = mapping.encode(canonical, Document::object()).value();
    CHECK(gw::formats::write_json(wire) == R"({"N":16000,"Y":true,"O":{"P":"7%"}})");
    CHECK(mapping.decode(wire, Document::object()).value() == canonical);
    for (const char* bad :
         {R"({"n":-1})",
          R"({"n":1.5})",
          R"({"n":"x"})",
          R"({"n":1234567890123})",
          R"({"y":"yes"})",
          R"({"p":101})",
          R"({"n":[1]})",
          R"({"n":{}})"})
        CHECK_MESSAGE(
            mapping.encode(json(bad), Document::object()).error().code == "mapping.format", bad
        );
}

TEST_CASE("mapping: whatever comes in, decoding answers and never throws") {
    const Mapping mapping = mapping_of(
        head() +
        "[[field]]\nwire = \"A/B\"\ncanonical = \"/a/0/b\"\n[[field]]\nwire = \"L\"\ncanonical = "
        "\"/l\"\ntype = \"list\"\n"
        "[[field.item]]\nwire = \"X\"\ncanonical = \"root:/x\"\n[[field.item]]\nwire = "
        "\"Y\"\ncanonical = \"/y\"\ntype = \"timestamp\"\n"
    );
    for (const char* wire :
         {"null",
          "1",
          "[]",
          "{}",
          R"({"A":1,"L":{}})",
          R"({"A":{"B":{"C":1}},"L":"x"})",
          R"({"A":[{"B":1}],"L":[1,null,[],{}]})",
          R"({"A":{"B":"x"},"L":[{"X":"1","Y":"20260302090000"},{"Y":"20269902090000"}]})"}) {
        std::vector<std::string> unmapped;
        (void)mapping.decode(json(wire), Document::object(), &unmapped);
        (void)mapping.decode(json(wire), Document::null());
        (void)mapping.encode(json(wire), json(wire));
    }
}
