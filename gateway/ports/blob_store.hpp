// Attachments: bytes kept by their SHA-256, streamed in and out, durable before anybody hears
// "yes".
#pragma once

#include "gateway/core/model.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace gw::ports {

/// One file being written. Destroyed without finish(): nothing remains.
class BlobWriter {
public:
    virtual ~BlobWriter() = default;
    /// Errors: retry "store.disk_nearly_full"; stop.
    virtual core::Result<void> write(std::string_view bytes) = 0;
    /// Flushes file and folder and gives the content its name. The same content twice is one file.
    virtual core::Result<core::Digest> finish() = 0;
    virtual std::uint64_t size() const = 0;
};
class BlobReader {
public:
    virtual ~BlobReader() = default;
    virtual std::uint64_t size() const = 0;
    /// Up to `max` bytes from `offset`; empty at the end. Errors: stop "blob.unreadable".
    virtual core::Result<std::string> read(std::uint64_t offset, std::size_t max) = 0;
};
class BlobStore {
public:
    virtual ~BlobStore() = default;
    virtual core::Result<std::unique_ptr<BlobWriter>> create() = 0;
    /// Errors: give_up "not_found".
    virtual core::Result<std::unique_ptr<BlobReader>> open(const core::Digest& digest) = 0;
    virtual bool has(const core::Digest& digest) = 0;
    virtual void remove(const core::Digest& digest) = 0;
    /// Removes it unless somebody finished the same content within `age`: he is about to refer to
    /// it.
    virtual void remove_old(const core::Digest& digest, core::Duration age) {
        static_cast<void>(age);
        remove(digest);
    }
};

}  // namespace gw::ports
