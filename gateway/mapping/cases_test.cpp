// The mapping files and answer tables of every partner against their cases.
#include "gateway/formats/json.hpp"
#include "gateway/formats/xml.hpp"
#include "gateway/mapping/answers.hpp"
#include "tests/kit/mapping_files.hpp"

using namespace gw::mapping;
using namespace gw::mapping::test;
using gw::core::Document;

namespace {
const Library& library() {
    static const Library loaded = [] {
        std::vector<Problem> problems;
        auto result = real_folder().load(problems);
        INFO(all(problems));
        REQUIRE(result.has_value());
        return *result;
    }();
    return loaded;
}

struct Case {
    std::filesystem::path folder;
    Document part(const std::string& name) const {
        auto read = gw::formats::read_json(file_text(folder / (name + ".json")));
        REQUIRE(read.has_value());
        return *read;
    }
};
/// Of one partner, or of all: every folder below mappings/<partner>/cases.
std::vector<Case> cases(const std::string& partner = "") {
    std::vector<Case> out;
    for (const auto& folder : std::filesystem::directory_iterator("mappings")) {
        const auto at = folder.path() / "cases";
        if (!partner.empty() && folder.path().filename() != partner) continue;
        if (!std::filesystem::is_directory(at)) continue;
        for (const auto& entry : std::filesystem::directory_iterator(at))
            if (entry.is_directory()) out.push_back({entry.path()});
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
        return a.folder < b.folder;
    });
    return out;
}

/// wire.json, or wire.xml compared as what a reader of XML sees, order included.
void check_sent(const Case& c, const Document& sent) {
    const std::string xml = file_text(c.folder / "wire.xml");
    if (xml.empty())
        CHECK(gw::formats::write_json(sent) == gw::formats::write_json(c.part("wire")));
    else
        CHECK(
            gw::formats::write_json(sent) == gw::formats::write_json(*gw::formats::read_xml(xml))
        );
}

/// answers.json: what the partner says, and the row that tells what it means.
void check_answers(const Case& c) {
    std::vector<Problem> problems;
    const auto file = c.folder.parent_path().parent_path() / "answers.toml";
    const auto answers = Answers::load(file_text(file), file.string(), &problems);
    REQUIRE_MESSAGE(answers.has_value(), all(problems));
    const Document rows = c.part("answers");
    for (const Document& row : rows.items()) {
        const auto said =
            answers->classify(row.text_of("service"), row.text_of("code"), row.text_of("text"));
        INFO(gw::formats::write_json(row));
        CHECK(std::string(to_word(said.meaning)) == row.text_of("class"));
        CHECK((said.row == nullptr ? "" : said.row->name) == row.text_of("name"));
        CHECK((said.row == nullptr ? "" : said.row->flag) == row.text_of("flag"));
    }
}

void check_refused(const Case& c, const gw::core::Result<Document>& result) {
    const Document expected = c.part("error");
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == expected.text_of("code"));
    CHECK(
        (result.error().advice == gw::core::Advice::hold) ==
        (result.error().code == "code_unmapped")
    );
    for (const Document& name : expected.find("names")->items())
        CHECK_MESSAGE(
            result.error().what.find(name.as_text()) != std::string::npos, result.error().what
        );
}
}  // namespace

TEST_CASE("mappings: every file of the folder loads") {
    const auto names = library().names();
    for (const char* name : {
             "DongBoHoSoMC",
             "CapNhatTienDoHoSoMC",
             "DongBoTrangThaiHoSo",
             "DongBoDanhGia",
             "dossier_in",
             "promotion_in",
         })
        CHECK(
            std::find(names.begin(), names.end(), std::string("national_portal/") + name) !=
            names.end()
        );
}

TEST_CASE("mappings: every connector with a table of answers or a mapping has cases") {
    for (const auto& folder : std::filesystem::directory_iterator("mappings"))
        if (std::filesystem::exists(folder.path() / "answers.toml"))
            CHECK_MESSAGE(!cases(folder.path().filename()).empty(), folder.path().string());
}

TEST_CASE("F-221 mappings: every case of a partner gives its wire form, its refusal or its meaning"
) {
    for (const Case& c : cases()) {
        INFO(c.folder.string());
        if (std::filesystem::exists(c.folder / "answers.json")) {
            check_answers(c);
            continue;
        }
        const Document about = c.part("mapping");
        const std::string direction = about.text_of("direction");
        const auto mapping = library().find(
            about.text_of("mapping"), *gw::core::parse_iso_day(about.text_of("day"))
        );
        REQUIRE(mapping.has_value());
        const Document context = c.part("context");
        std::vector<std::string> unmapped;
        if (direction == "error") {
            check_refused(c, mapping->encode(c.part("canonical"), context));
        } else if (direction == "error_in") {
            check_refused(c, mapping->decode(c.part("wire"), context, &unmapped));
        } else if (direction == "in") {
            const auto result = mapping->decode(c.part("wire"), context, &unmapped);
            REQUIRE_MESSAGE(result.has_value(), result.error().what);
            CHECK(
                gw::formats::canonical_json(*result) ==
                gw::formats::canonical_json(c.part("canonical"))
            );
        } else {
            const auto result = mapping->encode(c.part("canonical"), context);
            REQUIRE_MESSAGE(result.has_value(), result.error().what);
            check_sent(c, *result);
        }
    }
}

TEST_CASE("mappings: what goes out to the portal reads back to what is sent again") {
    for (const Case& c : cases("national_portal")) {
        INFO(c.folder.string());
        const Document about = c.part("mapping");
        if (about.text_of("direction") != "out" ||
            about.text_of("mapping").ends_with("TrangThaiHoSo"))
            continue;
        const auto mapping = library().find(about.text_of("mapping"), day(2026, 3, 2)).value();
        const Document context = c.part("context");
        const auto back = mapping.decode(c.part("wire"), context);
        if (!back && back.error().code == "mapping.direction") continue;  // it only writes
        REQUIRE_MESSAGE(back.has_value(), back.error().what);
        const auto again = mapping.encode(*back, context);
        REQUIRE_MESSAGE(again.has_value(), again.error().what);
        // The order of other codes and the office's own code at the portal cannot be told from the
        // wire.
        for (const char* name :
             {"TrangThaiHoSo", "NgayTiepNhan", "ChuHoSo", "DanhSachHoSoBoSung", "ThoiDiemXuLy"}) {
            const Document whole = c.part("wire");
            const Document* sent = whole.find(name);
            if (sent != nullptr) CHECK(*again->find(name) == *sent);
        }
    }
}

TEST_CASE("F-239 mappings: no refusal repeats a value of the dossier") {
    for (const Case& c : cases()) {
        if (std::filesystem::exists(c.folder / "answers.json")) continue;
        const Document about = c.part("mapping");
        if (about.text_of("direction") != "error") continue;
        const auto mapping = library().find(about.text_of("mapping"), day(2026, 3, 2)).value();
        const auto result = mapping.encode(c.part("canonical"), c.part("context"));
        REQUIRE_FALSE(result.has_value());
        for (const char* secret : {"TRẦN THỊ MẪU", "020190000001", "0100000001", "cong-dan.test"})
            CHECK(result.error().what.find(secret) == std::string::npos);
    }
}
TEST_CASE("OC-9 NP-31 F-47 mappings: every status goes out as itself") {
    const auto mapping =
        library().find("national_portal/CapNhatTienDoHoSoMC", day(2026, 3, 2)).value();
    const char* words[] = {
        "registered",
        "received",
        "refused",
        "processing",
        "supplement_wanted",
        "financial_obligation",
        "withdrawn",
        "stopped",
        "finished",
        "returned"};
    const Case c{"mappings/national_portal/cases/progress_line"};
    for (int i = 0; i < 10; ++i) {
        Document canonical = c.part("canonical");
        canonical.find("progress")->set("status", Document::text(words[i]));
        const auto wire = mapping.encode(canonical, c.part("context"));
        REQUIRE(wire.has_value());
        CHECK(wire->text_of("TrangThai") == std::to_string(i + 1));
    }
}
