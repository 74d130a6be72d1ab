import type { StageDefaults } from './stage-defaults.js'

/** What a freshly installed NethServer 6 has, with every feature package. */
export const nethserver6: StageDefaults = {
  databases: {
    accounts: String.raw`
admin=user|City||Company||Department||FirstName|System|LastName|Administrator|MailForwardAddress||MailForwardKeepMessageCopy|yes|MailForwardStatus|disabled|MailSpamRetentionStatus||MailStatus|enabled|PhoneNumber||Removable|no|Samba|enabled|Shell|/bin/bash|Street||Uid|500
domadmins=group|Description|Domain Admins|Members|admin|Removable|no
faxmaster=group|Description|Hylafax+ admins group|MailDeliveryType|shared|MailStatus|enabled|Members|admin|Removable|no
jabberadmins=group|Description|Jabber Administrators|Members|admin|Removable|no
`,
    configuration: String.raw`
ActiveAccounts=0
DomainName=newserver.test
MinUid=5000
OrganizationContact=configuration|City|Hometown|Company|Example Org|CountryCode||Department|Main|PhoneNumber|575-1685|State||Street|123 Main Street
PasswordSet=no
SystemMode=serveronly
SystemName=ns
TimeZone=UTC
UnsavedChanges=no
amavisd=service|AdminNotificationStatus|disabled|AvailableDecoders|mail,asc,uue,hqx,ync,F,Z,gz,bz2,lzo,rpm,cpio,tar,deb,zip,7z,rar,arj,arc,zoo,lha,doc,cab,tnef,exe|BlockAttachmentClassList|Exec|BlockAttachmentCustomList|doc,odt|BlockAttachmentCustomStatus|disabled|BlockAttachmentStatus|enabled|EnabledDecoders|mail,asc,uue,hqx,ync,F,Z,gz,bz2,lzo,rpm,cpio,tar,deb,zip,7z,rar,arj,arc,zoo,lha,doc,cab,tnef,exe|MaxProcesses|4|RecipientWhiteList||SenderBlackList||SenderWhiteList||SpamCheckStatus|enabled|SpamDsnLevel|20|SpamKillLevel|15.0|SpamSubjectPrefixStatus|disabled|SpamSubjectPrefixString|***SPAM*** |SpamTag2Level|5.0|SpamTagLevel|2.0|TCPPorts||VirusCheckStatus|enabled|status|enabled
crond=service|status|enabled
cups=service|TCPPort|631|UDPPort|631|access|private|status|enabled
dns=configuration|NameServers|8.8.4.4,8.8.8.8
dnsmasq=service|CacheSize|4000|TCPPort|53|UDPPorts|53,67,69|access|private|dhcp-boot||except-interface|virbr0|status|enabled|tftp-status|enabled
dovecot=service|AdminIsMaster|disabled|DeletedToTrash|disabled|ImapAccess|private|ImapStatus|enabled|KrbKeytabPath|/var/lib/dovecot/krb5.keytab|KrbPrimaryList|smtp,imap,pop|KrbStatus|enabled|LmtpInetListenerStatus|disabled|LogActions|disabled|MaxProcesses|400|MaxUserConnectionsPerIp|12|PopAccess|private|PopStatus|enabled|QuotaDefaultSize|20|QuotaStatus|disabled|SharedMailboxesStatus|enabled|SpamFolder||SpamRetentionTime|15d|TCPPorts|110,143,4190,993,995|TlsSecurity|required|access|public|status|enabled
ejabberd=service|TCPPorts|5222,5223,5280|WebAdmin|disabled|WelcomeSubject||WelcomeText||XMPPAccess|tls|access|public|status|enabled
fetchmail=service|authType|password|externalFreq|5|extraOptions|--fastuidl 1 --sslproto ssl23|status|enabled
firewall=configuration|InterfaceRoleList|green,red,blue,orange
fstab=configuration
httpd=service|SSLCipherSuite|DEFAULT:!EXP:!SSLv2:!DES:!IDEA:!SEED:+3DES|TCPPorts|80,443|access|public|status|enabled
httpd-admin=service|TCPPort|980|ValidFrom||access|private|status|enabled
hylafax=service|AreaNumber||ClientShowReceived|disabled|CountryCode|39|DateFormat|DMY|Debug|disabled|DispatchFileType|pdf|FaxDevice|ttyS0|FaxName|fax|FaxNumber||InternationalPrefix|00|Lang|it_IT|LongDistance|0|Mail2Fax|disabled|Mode|both|NotifyFileType|pdf|NotifyMaster|never|PBXPrefix||PaperSize|A4|PrintReceived|disabled|PrinterName| |Resolution|196|RingsBeforeAnswer|1|SambaFax|disabled|SambaFaxName|SambaFax|SendReport|disabled|SendTo|faxmaster|TCPPort|4559|WaitDialTone|enabled|access|private|status|enabled
logrotate=configuration|Compression|disabled|Rotate|weekly|Times|4
maxAcctNameLength=31
maxGroupNameLength=31
maxIbayNameLength=30
messagebus=service|status|enabled
mysqld=service|LocalNetworkingOnly|no|MaxAllowedPacket|16M|TCPPort|3306|access|private|status|enabled
nmb=service|UDPPorts|137,138|access|private|status|enabled
nslcd=service|access|private|status|enabled
nsswitch=configuration|aliases|files nisplus|automount|files nisplus|bootparams|nisplus [NOTFOUND=return] files|ethers|files|group|files|hosts|files dns|netgroup|nisplus|netmasks|files|networks|files|passwd|files|protocols|files|publickey|nisplus|rpc|files|services|files|shadow|files
ntpd=service|NTPServer|pool.ntp.org|UDPPort|123|access|private|status|enabled
passwordstrength=configuration|MaxPassAge|180|MinPassAge|0|PassExpires|yes|PassWarning|7|Users|strong
pki=configuration|CertificateDuration|3650|ChainFile||CommonName||CountryCode||CrtFile||EmailAddress||KeyFile||Locality||Organization||OrganizationalUnitName||State||SubjectAltName|
postfix=service|AccessBypassList||AccessPolicies||AdsGroupsDeliveryType|copy|AdsMapUserPrincipalStatus|enabled|AlwaysBccAddress||AlwaysBccStatus|disabled|ConnectionsLimit|0|ConnectionsLimitPerIp|0|HeloHost||KrbStatus|enabled|MessageQueueLifetime|4|MessageSizeMax|20000000|MessageSizeMin|1048576|RblServers||RblStatus|disabled|SpfStatus|disabled|SystemUserRecipientStatus|disabled|TCPPorts|25,465,587|access|public|status|enabled
root=configuration|EmailAddress||FirstName||KeepMessageCopy|yes|LastName|
rsyslog=service|LogAll2VT6|no|status|enabled
slapd=service|LogLevel|0|TCPPorts|389|access|private|options||status|enabled
smb=service|AdsLdapAccountsBranch||AdsRealm||DeadTime|10080|LogonDrive|Z:|NetbiosAliasList||OsLevel|35|RoamingProfiles|no|ServerRole|WS|Sid||TCPPorts|139,445|UseClientDriver|yes|UseCups|enabled|WinsServerIP||Workgroup||access|private|status|enabled
sogod=service|ActiveSync|enabled|AdminUsers|admin|AdsCredentials||AdsLdapServer||DraftsFolder|Drafts|MailAuxiliaryUserAccountsEnabled|YES|Notifications|Appointment,EMail|SOGoInternalSyncInterval|10|SOGoMaximumPingInterval|10|SOGoMaximumSyncInterval|30|SOGoMaximumSyncResponseSize|2048|SentFolder|Sent|TrashFolder|Trash|VirtualHosts||WOWatchDogRequestTimeout|10|WOWorkersCount|3|status|enabled
sshd=service|LoginGraceTime|2m|MaxAuthTries|6|PasswordAuthentication|yes|PermitRootLogin|yes|Protocol|2|TCPPort|22|UsePAM|yes|access|public|status|enabled
sysconfig=configuration|Copyright||DefaultLanguage|en_US.utf8|ProductName|NethServer|Release||Version|
winbind=service|status|enabled
`,
    dhcp: '',
    domains: '',
    fetchmail: '',
    hosts: '',
    networks: String.raw`
eth0=ethernet|bootproto|none|device|eth0|gateway|192.168.1.254|ipaddr|192.168.1.2|netmask|255.255.255.0|onboot|yes|role|green
ppp0=xdsl-disabled|AuthType|auto|Password||name|PPPoE|provider|xDSL provider|role|red|user|
`,
    proxypass: '',
    routes: '',
  },
  passwd: `root:x:0:0:root:/root:/bin/bash
bin:x:1:1::/bin:/sbin/nologin
daemon:x:2:2::/sbin:/sbin/nologin
uucp:x:10:14::/var/spool/uucp:/sbin/nologin
ftp:x:14:50::/var/ftp:/sbin/nologin
mysql:x:27:27::/var/lib/mysql:/bin/bash
apache:x:48:48::/var/www:/sbin/nologin
postfix:x:89:89::/var/spool/postfix:/sbin/nologin
dovecot:x:97:97::/usr/libexec/dovecot:/sbin/nologin
nobody:x:99:99::/:/sbin/nologin
vmail:x:498:498::/var/lib/nethserver/vmail:/sbin/nologin
admin:x:500:500:admin:/var/lib/nethserver/home/admin:/bin/bash
`,
  group: `root:x:0:
bin:x:1:
daemon:x:2:
sys:x:3:
adm:x:4:
tty:x:5:
uucp:x:14:
mail:x:12:
mysql:x:27:
ftp:x:50:
apache:x:48:
users:x:100:
postfix:x:89:
dovecot:x:97:
nobody:x:99:
vmail:x:498:
admin:x:500:admin
locals:x:501:admin
domadmins:x:502:admin
administrators:x:503:admin
jabberadmins:x:504:admin
`,
}
