// Attachments as files.
#include "gateway/crypto/digest.hpp"
#include "gateway/store/sqlite/sqlite_store.hpp"
#include "tests/kit/temp_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <vector>

namespace gw::test {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<ports::BlobStore> open(const TempFolder& folder) {
    return store::open_file_blobs(folder.path(), 1, 0);
}

core::Digest put(ports::BlobStore& blobs, std::string_view text) {
    auto writer = blobs.create().value();
    for (std::size_t i = 0; i < text.size(); i += 1'000)
        REQUIRE(writer->write(text.substr(i, 1'000)).has_value());
    CHECK(writer->size() == text.size());
    return writer->finish().value();
}

fs::path path_of(const TempFolder& folder, const core::Digest& digest) {
    const std::string hex = crypto::to_hex(digest);
    return fs::path(folder.path()) / "files" / hex.substr(0, 2) / hex.substr(2, 2) / hex;
}

int files_in(const fs::path& path) {
    int n = 0;
    for (const auto& entry : fs::recursive_directory_iterator(path)) n += entry.is_regular_file();
    return n;
}

}  // namespace

TEST_CASE("blobs: what was written is read back in parts under its SHA-256") {
    TempFolder folder;
    auto blobs = open(folder);
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += static_cast<char>(i * 31);
    const core::Digest digest = put(*blobs, text);
    CHECK(digest == crypto::sha256(text));
    CHECK(fs::exists(path_of(folder, digest)));
    CHECK(blobs->has(digest));
    auto reader = blobs->open(digest).value();
    CHECK(reader->size() == text.size());
    CHECK(reader->read(0, 10).value() == text.substr(0, 10));
    CHECK(reader->read(99'990, 100).value() == text.substr(99'990));
    CHECK(reader->read(100'000, 10).value().empty());
    CHECK(put(*blobs, "") == crypto::sha256(""));
}

TEST_CASE("blobs: the same content twice is one file") {
    TempFolder folder;
    auto blobs = open(folder);
    CHECK(put(*blobs, "same") == put(*blobs, "same"));
    CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("blobs: the same content again mends a damaged file") {
    TempFolder folder;
    auto blobs = open(folder);
    const core::Digest digest = put(*blobs, "whole");
    std::ofstream(path_of(folder, digest)) << "whOle";
    CHECK(put(*blobs, "whole") == digest);
    CHECK(blobs->open(digest).value()->read(0, 10).value() == "whole");
    CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("T8 blobs: a file with one bit turned over is not served to its end, nor in parts") {
    TempFolder folder;
    auto blobs = open(folder);
    const std::string text(200'000, 'a');
    const core::Digest digest = put(*blobs, text);
    const auto read_all = [&] {
        auto reader = blobs->open(digest).value();
        std::string got;
        while (got.size() < text.size()) {
            auto piece = reader->read(got.size(), 65'536);
            if (!piece) return std::string("refused");
            got += *piece;
        }
        return got;
    };
    CHECK(read_all() == text);
    CHECK(blobs->open(digest).value()->read(100'000, 5).value() == "aaaaa");
    std::vector<std::streamoff> places{0, 1, 65'535, 65'536, 131'073, 199'999};
    std::minstd_rand any(7);
    while (places.size() < 200) places.push_back(static_cast<std::streamoff>(any() % text.size()));
    for (const std::streamoff at : places) {
        std::fstream file(path_of(folder, digest), std::ios::in | std::ios::out);
        file.seekp(at).put(static_cast<char>('a' ^ (1 << any() % 8))).flush();
        CHECK(read_all() == "refused");
        CHECK_FALSE(blobs->open(digest).value()->read(100'000, 5).has_value());
        file.seekp(at).put('a').flush();
        CHECK(read_all() == text);
    }
}

TEST_CASE("blobs: what is not finished leaves nothing, also after a crash") {
    TempFolder folder;
    auto blobs = open(folder);
    { REQUIRE(blobs->create().value()->write("half").has_value()); }
    CHECK(files_in(folder.path()) == 0);
    std::ofstream(folder.path() + "/files/partial/7") << "left by a crash";
    blobs = open(folder);
    CHECK(files_in(folder.path()) == 0);
}

TEST_CASE("blobs: a file is removed as old only when nobody finished the same content lately") {
    TempFolder folder;
    auto blobs = open(folder);
    const core::Digest digest = put(*blobs, "x");
    const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(48);
    fs::last_write_time(path_of(folder, digest), long_ago);
    CHECK(put(*blobs, "x") == digest);
    blobs->remove_old(digest, std::chrono::hours(1));
    CHECK(blobs->has(digest));
    fs::last_write_time(path_of(folder, digest), long_ago);
    blobs->remove_old(digest, std::chrono::hours(1));
    CHECK_FALSE(blobs->has(digest));
    blobs->remove_old(digest, std::chrono::hours(1));
}

TEST_CASE("blobs: an unknown or removed digest is not found") {
    TempFolder folder;
    auto blobs = open(folder);
    CHECK(blobs->open(core::Digest{}).error().code == "not_found");
    const core::Digest digest = put(*blobs, "x");
    blobs->remove(digest);
    CHECK_FALSE(blobs->has(digest));
}

TEST_CASE("blobs: no room on the disk refuses new files") {
    TempFolder folder;
    auto blobs = store::open_file_blobs(folder.path(), 1, UINT64_MAX);
    const auto writer = blobs->create();
    REQUIRE_FALSE(writer.has_value());
    CHECK(writer.error().code == "store.disk_nearly_full");
}

TEST_CASE("blobs: damage is noticed: emptied and shortened when read, changed bits by the scrub") {
    TempFolder folder;
    auto blobs = open(folder);
    const core::Digest emptied = put(*blobs, "emptied");
    const core::Digest changed = put(*blobs, "changed");
    const core::Digest cut = put(*blobs, "shortened");
    put(*blobs, "whole");
    auto reader = blobs->open(cut).value();
    fs::resize_file(path_of(folder, cut), 3);
    CHECK(reader->read(0, 100).error().code == "blob.unreadable");
    fs::resize_file(path_of(folder, emptied), 0);
    CHECK(blobs->open(emptied).error().code == "blob.unreadable");
    std::ofstream(path_of(folder, changed)) << "chanGed";
    CHECK(store::scrub_file_blobs(folder.path()).size() == 3);
}

}  // namespace gw::test
