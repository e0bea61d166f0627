// The trust folder: what is read from it, what stops a start, what a reload changes.
#include "gateway/app/trust_folder.hpp"

#include "gateway/crypto/digest.hpp"
#include "tests/kit/doubles.hpp"
#include "tests/kit/temp_folder.hpp"
#include "tests/signatures/signing_kit.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <fstream>

namespace gw::signatures_test {
namespace {

struct Folder {
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder.path() + "/" + name) << text;
    }
    std::string mistake() const {
        try {
            app::read_trust(folder.path());
        } catch (const std::runtime_error& e) {
            return e.what();
        }
        return "";
    }
    test::TempFolder folder;
};

constexpr const char* manifest = "[[anchor]]\nfile = \"root.pem\"\nvalid_from = 2026-01-01\n";

class Books : public ports::Intake {
public:
    ports::Async<ports::Accepted> accept(ports::Acceptance acceptance) override {
        for (auto& row : acceptance.audit) rows.push_back(std::move(row));
        co_return ports::Accepted();
    }
    std::vector<core::AuditRow> rows;
};

}  // namespace

TEST_CASE("DS-29 trust folder: no folder, no manifest: nobody is trusted, and nothing is wrong") {
    CHECK(app::read_trust("/nowhere/trust")->anchors().empty());
    Folder f;
    CHECK(app::read_trust(f.folder.path())->anchors().empty());
}

TEST_CASE("DS-29 trust folder: the named certificates, and every revocation list beside them") {
    Signers s;
    Folder f;
    f.write("manifest.toml", manifest);
    f.write("root.pem", s.root.certificate().certificate_pem);
    f.write("unnamed.pem", s.authority.certificate().certificate_pem);
    f.write("root.crl", s.lists[0]);
    f.write("authority.crl", s.lists[1]);
    const auto trust = app::read_trust(f.folder.path());
    REQUIRE(trust->anchors().size() == 1);
    CHECK(trust->anchors()[0].fingerprint == s.trust.anchors()[0].fingerprint);
    CHECK(trust->anchors()[0].from.has_value());
    CHECK(trust->revocation_lists() == 2);
}

TEST_CASE("DS-29 trust folder: every mistake is named with its file") {
    Signers s;
    Folder f;
    f.write("manifest.toml", manifest);
    CHECK(f.mistake().find("root.pem: cannot be read") != std::string::npos);
    f.write("root.pem", "no certificate");
    f.write("old.crl", "no list");
    CHECK(f.mistake().find("root.pem: the file is not a certificate") != std::string::npos);
    CHECK(f.mistake().find("old.crl: the file is no revocation list") != std::string::npos);
    f.write("root.pem", s.root.certificate().certificate_pem);
    f.write("old.crl", s.lists[0]);
    f.write("manifest.toml", std::string(manifest) + "sha256 = \"" + std::string(64, 'a') + "\"\n");
    CHECK(f.mistake().find("the manifest says aaaa") != std::string::npos);
    f.write("manifest.toml", "[[anchors]]\n");
    CHECK(f.mistake().find("manifest.toml:1: ") != std::string::npos);
}

TEST_CASE(
    "DS-29 trust folder: a change while running is used and audited, a mistake changes nothing"
) {
    Signers s;
    Folder f;
    app::Config config;
    config.values["trust.folder"] = f.folder.path();
    config.values["trust.reload"] = "1000";
    config.values["trust.hold"] = "1000";
    config.values["trust.recheck"] = "1000";
    Books books;
    app::TrustFolder trust(config, books, {"H56"});
    test::MemoryBlobs blobs;
    core::Object file;
    const auto bytes = s.document(s.wish());
    blobs.files[crypto::sha256(bytes)] = bytes;
    file.ref = crypto::to_hex(crypto::sha256(bytes));
    const auto verdict = [&] {
        return trust.desk().look(blobs, file, instant(signed_at + minute)).value().verdict;
    };
    const auto reload = [&] {
        boost::asio::io_context io;
        boost::asio::co_spawn(io, trust.run(instant(signed_at)), [](std::exception_ptr e, auto) {
            if (e) std::rethrow_exception(e);
        });
        io.run();
    };
    CHECK(verdict() == crypto::Verdict::indeterminate);
    f.write("manifest.toml", manifest);
    f.write("root.pem", s.root.certificate().certificate_pem);
    reload();
    CHECK(verdict() == crypto::Verdict::valid);
    REQUIRE(books.rows.size() == 1);
    CHECK(books.rows[0].action == "trust.changed");
    CHECK(books.rows[0].detail.find(s.trust.anchors()[0].fingerprint) != std::string::npos);
    f.write("root.pem", "half a fi");
    reload();
    reload();
    CHECK(verdict() == crypto::Verdict::valid);
    CHECK(books.rows.size() == 1);
}

}  // namespace gw::signatures_test
