package dev.dibs.host.fuse;

/**
 * A line of a folder's listing.
 *
 * @param name at most 255 bytes
 * @param number the inode's, not 0
 * @param mode the type, {@link FuseAttributes#FOLDER} and the like; permissions are not looked at
 */
public record FuseFolderEntry(String name, long number, int mode) {}
